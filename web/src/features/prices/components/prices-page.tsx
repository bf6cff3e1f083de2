import { useQuery } from '@tanstack/react-query';
import { ProjectPicker } from '../../../components/filters/project-picker.tsx';
import { RangePicker } from '../../../components/filters/range-picker.tsx';
import { SectionNav } from '../../../components/section-nav.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import type { PriceTab } from '../../../lib/search.ts';
import { useTitle } from '../../../lib/title.ts';
import { recostingsQuery } from '../api/recostings.ts';
import { syncQuery } from '../api/sync.ts';
import { unpricedQuery } from '../api/unpriced.ts';
import { useMayChange, usePeriodOfProjects, usePricesSearch } from '../use-prices.ts';
import { CoverageTab } from './coverage-tab.tsx';
import { ModelSheet } from './model-sheet.tsx';
import { ModelsTab } from './models-tab.tsx';
import { OverridesTab } from './overrides-tab.tsx';
import { RecostTab } from './recost-tab.tsx';
import { UpdatesTab } from './updates-tab.tsx';

const SECTIONS = [
  { value: 'models', label: 'Models' },
  { value: 'coverage', label: 'Coverage' },
  { value: 'updates', label: 'Updates' },
  { value: 'overrides', label: 'Overrides' },
  { value: 'recost', label: 'Re-cost' },
] as const satisfies readonly { value: PriceTab; label: string }[];

const TABS = {
  models: ModelsTab,
  coverage: CoverageTab,
  updates: UpdatesTab,
  overrides: OverridesTab,
  recost: RecostTab,
};

export function PricesPage() {
  useTitle('Models and prices');
  const { tab = 'models' } = usePricesSearch();
  const mayChange = useMayChange();
  const unpriced = useQuery(unpricedQuery(usePeriodOfProjects()));
  const sync = useQuery(syncQuery);
  const recostings = useQuery(recostingsQuery);
  const Tab = TABS[tab];
  const ofAPeriod = tab === 'models' || tab === 'coverage';
  return (
    <>
      <StickyHeader title="Models and prices">
        {ofAPeriod && (
          <>
            <ProjectPicker />
            <RangePicker />
          </>
        )}
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-1 pb-12 lg:px-8">
        <SectionNav
          to="/prices"
          sections={SECTIONS}
          active={tab}
          counts={{
            coverage: (unpriced.data?.models.length ?? 0) + (unpriced.data?.modelsLeftOff ?? 0),
            updates: sync.data?.unacknowledged ?? 0,
            recost: recostings.data?.recostings.filter(({ actions }) => actions.includes('apply')).length ?? 0,
          }}
        />
        {!mayChange && <p className="text-xs text-subtle">You see all prices here. Owners and admins change them.</p>}
        <Tab />
      </div>
      <ModelSheet />
    </>
  );
}
