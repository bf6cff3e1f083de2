import { FilterBar } from '../../../components/filters/filter-bar.tsx';
import { Toolbar } from '../../../components/filters/toolbar.tsx';
import { NoCalls } from '../../../components/no-calls.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { dimensionLabel, metricLabel } from '../../../lib/metrics.ts';
import { useTitle } from '../../../lib/title.ts';
import { type ExploreState, useExploreState, useGroups } from '../use-explore.ts';
import { CoursePanel } from './course-panel.tsx';
import { GroupsPanel } from './groups-panel.tsx';

const describe = ({ metric, by }: ExploreState): string =>
  by.length === 0
    ? metricLabel(metric)
    : `${metricLabel(metric)} by ${by.map((dimension) => dimensionLabel(dimension).toLowerCase()).join(' and ')}`;

/** Any metric by any two dimensions. */
export function ExplorePage() {
  useTitle('Explore');
  const label = describe(useExploreState());
  const groups = useGroups();
  const { data } = groups;
  return (
    <>
      <StickyHeader title="Explore">
        <Toolbar />
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-3 pb-12 lg:px-8">
        <FilterBar />
        {groups.isError && !data ? (
          <ErrorState error={groups.error} what="Explore" onRetry={() => void groups.refetch()} className="py-24" />
        ) : data && !data.totals.calls ? (
          <NoCalls />
        ) : (
          <>
            <CoursePanel label={label} totals={data?.totals} previous={data?.previous} />
            <GroupsPanel label={`${label}, figures`} result={data} stale={groups.isPlaceholderData} />
          </>
        )}
      </div>
    </>
  );
}
