import type { MetricValues } from '@tokengrip/core/contract/analytics';
import { UsageChart } from '../../../components/charts/usage-chart.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { metricExact, metricFacts, metricText } from '../../../lib/metrics.ts';
import { narrowToGroup } from '../../../lib/narrow.ts';
import { useAppSearch, useSearchPatch } from '../../../lib/search-state.ts';
import { useCourse, useExploreState } from '../use-explore.ts';
import { Change } from './cells.tsx';
import { GroupPickers, MetricPicker } from './choices.tsx';

export interface CoursePanelProps {
  /** What is shown, in words. */
  label: string;
  totals: MetricValues | undefined;
  previous: MetricValues | null | undefined;
}

/** The metric over the period, in the whole and split into groups. A press on a name narrows the page to it. */
export function CoursePanel({ label, totals, previous }: CoursePanelProps) {
  const { metric, by, bucket, buckets, view } = useExploreState();
  const search = useAppSearch();
  const patch = useSearchPatch();
  const course = useCourse();
  const apart = metricFacts(metric).apart && (course.data?.other?.groups ?? 0) > 0;
  return (
    <UsageChart
      label={label}
      series={course}
      metric={metric}
      by={by}
      bucket={bucket}
      buckets={buckets}
      view={view}
      totals={totals}
      onSelect={by.length > 0 ? (key) => patch({ ...narrowToGroup(search, by, key) }) : undefined}
      choices={
        <div className="flex flex-wrap items-center gap-2">
          <MetricPicker />
          <GroupPickers />
        </div>
      }
      note={
        apart &&
        `The chart shows the ${course.data?.groups.length} with the most calls; the table below has all of them.`
      }
      className="rounded-lg border border-line bg-surface"
    >
      <div className="flex h-9 items-baseline gap-2 px-4">
        {totals ? (
          <>
            <span className="text-2xl font-semibold tracking-tight text-ink nums" title={metricExact(totals, metric)}>
              {metricText(totals, metric)}
            </span>
            <span className="text-xs">
              {previous && <Change values={totals} previous={previous} metric={metric} judgedFrom={0} />}
            </span>
          </>
        ) : (
          <Skeleton className="h-6 w-28 self-center" />
        )}
      </div>
    </UsageChart>
  );
}
