import { useQuery } from '@tanstack/react-query';
import { EnvironmentPicker } from '../../../components/filters/environment-picker.tsx';
import { ProjectPicker } from '../../../components/filters/project-picker.tsx';
import { RangePicker } from '../../../components/filters/range-picker.tsx';
import { SectionNav } from '../../../components/section-nav.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { recommendationsQuery } from '../../../lib/api/recommendations.ts';
import type { SavingsTab } from '../../../lib/search.ts';
import { useTitle } from '../../../lib/title.ts';
import { useProjects, useSavingsSearch } from '../use-savings.ts';
import { AnalysisTab } from './analysis-tab.tsx';
import { RealizedTab } from './realized-tab.tsx';
import { RecommendationsTab } from './recommendations-tab.tsx';
import { WhatIfTab } from './whatif-tab.tsx';

const SECTIONS = [
  { value: 'recommendations', label: 'Recommendations' },
  { value: 'whatif', label: 'What-if' },
  { value: 'analysis', label: 'Analysis' },
  { value: 'realized', label: 'Realized' },
] as const satisfies readonly { value: SavingsTab; label: string }[];

const TABS = {
  recommendations: RecommendationsTab,
  whatif: WhatIfTab,
  analysis: AnalysisTab,
  realized: RealizedTab,
};

/** What could be saved, what would have been otherwise, and what was saved. */
export function SavingsPage() {
  useTitle('Savings');
  const { tab = 'recommendations', whatif, analysis } = useSavingsSearch();
  const { data } = useQuery(recommendationsQuery(useProjects()));
  const Tab = TABS[tab];
  // What is saved has a period and projects of its own.
  const isForm = (tab === 'whatif' && whatif === undefined) || (tab === 'analysis' && analysis === undefined);
  return (
    <>
      <StickyHeader title="Savings">
        {(isForm || tab === 'recommendations') && <ProjectPicker />}
        {tab === 'whatif' && isForm && <EnvironmentPicker />}
        {isForm && <RangePicker />}
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-1 pb-12 lg:px-8">
        <SectionNav
          to="/savings"
          sections={SECTIONS}
          active={tab}
          counts={{ recommendations: data?.total.recommendations ?? 0 }}
        />
        <Tab />
      </div>
    </>
  );
}
