import type { MetricValues } from '@tokengrip/core/contract/analytics';
import { useMemo } from 'react';
import { ChartControls } from '../../../components/charts/chart-controls.tsx';
import { CHART_HEIGHT, ChartSkeleton, TimeSeries } from '../../../components/charts/time-series.tsx';
import { selectable, seriesData } from '../../../components/charts/usage-series.ts';
import { Coverage } from '../../../components/coverage.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { cn } from '../../../lib/cn.ts';
import { metricAxis, metricExact, metricFacts, metricText } from '../../../lib/metrics.ts';
import { narrowToGroup } from '../../../lib/narrow.ts';
import { useMinute } from '../../../lib/now.ts';
import { BUCKET_LABELS } from '../../../lib/period.ts';
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
  const minute = useMinute();
  const course = useCourse();
  const { data: result } = course;
  const data = useMemo(
    () => result && seriesData(result, { metric, by, bucket, now: minute }),
    [result, metric, by, bucket, minute],
  );
  const select = (id: string) => {
    const key = selectable(id);
    if (key) patch({ ...narrowToGroup(search, by, key) });
  };
  return (
    <section aria-label={label} className="rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
        <div className="flex flex-wrap items-center gap-2">
          <MetricPicker />
          <GroupPickers />
        </div>
        <ChartControls bucket={bucket} buckets={buckets} view={view} />
      </div>
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
      {course.isError && !result ? (
        <ErrorState
          error={course.error}
          what="The chart"
          onRetry={() => void course.refetch()}
          className={cn(CHART_HEIGHT, 'mb-8')}
        />
      ) : data ? (
        <div className={cn('transition-opacity duration-150', course.isPlaceholderData && 'opacity-50')}>
          <TimeSeries
            label={`${label}, ${BUCKET_LABELS[bucket].toLowerCase()}`}
            data={data}
            formatAxis={metricAxis(metric)}
            view={view}
            {...(by.length > 0 ? { onSelect: select } : {})}
          />
        </div>
      ) : (
        <div className="pb-8">
          <div className={cn(CHART_HEIGHT, 'px-3')}>
            <ChartSkeleton />
          </div>
        </div>
      )}
      {result && metricFacts(metric).apart && (result.other?.groups ?? 0) > 0 && (
        <p className="px-4 pt-1 text-xs text-subtle">
          The chart shows the {result.groups.length} with the most calls; the table below has all of them.
        </p>
      )}
      <Coverage totals={totals} />
    </section>
  );
}
