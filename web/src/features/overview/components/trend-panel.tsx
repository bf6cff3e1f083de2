import type { MetricValues } from '@tokengrip/core/contract/analytics';
import { useMemo } from 'react';
import { ChartControls } from '../../../components/charts/chart-controls.tsx';
import { CHART_HEIGHT, ChartSkeleton, TimeSeries } from '../../../components/charts/time-series.tsx';
import { selectable, seriesData } from '../../../components/charts/usage-series.ts';
import { Coverage } from '../../../components/coverage.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { cn } from '../../../lib/cn.ts';
import { dimensionLabel, metricAxis, metricLabel } from '../../../lib/metrics.ts';
import { useMinute } from '../../../lib/now.ts';
import { BUCKET_LABELS } from '../../../lib/period.ts';
import { CHART_DIMENSIONS, FILTERS, type Filter } from '../../../lib/search.ts';
import { useSearchPatch, useToggleFilter } from '../../../lib/search-state.ts';
import { useOverviewState, useSeries } from '../use-overview.ts';

const asFilter = (dimension: string): Filter | undefined => FILTERS.find((filter) => filter === dimension);

/** The course of the chosen figure over the period, split by a dimension. */
export function TrendPanel({ totals }: { totals: MetricValues | undefined }) {
  const { metric, by, view, bucket, buckets } = useOverviewState();
  const patch = useSearchPatch();
  const toggle = useToggleFilter();
  const minute = useMinute();
  const series = useSeries();
  const { data: result } = series;
  const data = useMemo(
    () => result && seriesData(result, { metric, by: [by], bucket, now: minute }),
    [result, metric, by, bucket, minute],
  );
  const filter = asFilter(by);
  const label = `${metricLabel(metric)} by ${dimensionLabel(by).toLowerCase()}`;
  const select = (id: string) => {
    const value = selectable(id)?.[0];
    if (filter && value !== undefined) toggle(filter, value);
  };
  return (
    <section aria-label={label}>
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
        <Segmented
          label="Split by"
          value={by}
          onChange={(value) => patch({ by: value === 'model' ? undefined : value })}
          options={CHART_DIMENSIONS.map((value) => ({ value, label: dimensionLabel(value) }))}
        />
        <ChartControls bucket={bucket} buckets={buckets} view={view} />
      </div>
      {series.isError && !result ? (
        <ErrorState
          error={series.error}
          what="The chart"
          onRetry={() => void series.refetch()}
          className={cn(CHART_HEIGHT, 'mb-8')}
        />
      ) : data ? (
        <div className={cn('transition-opacity duration-150', series.isPlaceholderData && 'opacity-50')}>
          <TimeSeries
            label={`${label}, ${BUCKET_LABELS[bucket].toLowerCase()}`}
            data={data}
            formatAxis={metricAxis(metric)}
            view={view}
            {...(filter ? { onSelect: select } : {})}
          />
        </div>
      ) : (
        <div className="pb-8">
          <div className={cn(CHART_HEIGHT, 'px-3')}>
            <ChartSkeleton />
          </div>
        </div>
      )}
      <Coverage totals={totals} />
    </section>
  );
}
