import type { UseQueryResult } from '@tanstack/react-query';
import type { Metric, MetricValues, UsageResult } from '@tokengrip/core/contract/analytics';
import { type ReactNode, useMemo } from 'react';
import { cn } from '../../lib/cn.ts';
import { metricAxis } from '../../lib/metrics.ts';
import { useMinute } from '../../lib/now.ts';
import { BUCKET_LABELS } from '../../lib/period.ts';
import { Coverage } from '../coverage.tsx';
import { ErrorState } from '../ui/states.tsx';
import { ChartControls, type ChartControlsProps } from './chart-controls.tsx';
import { CHART_HEIGHT, ChartSkeleton, TimeSeries } from './time-series.tsx';
import { type SeriesChoice, selectable, seriesData } from './usage-series.ts';

export interface UsageChartProps extends ChartControlsProps, Pick<SeriesChoice, 'by' | 'bucket'> {
  /** What is shown, in words. */
  label: string;
  series: UseQueryResult<UsageResult>;
  metric: Metric;
  /** Of the whole period, for what is said of coverage. */
  totals: MetricValues | undefined;
  /** A press on the name of a group, which is given by its values; without it names cannot be pressed. */
  onSelect: ((key: readonly string[]) => void) | undefined;
  /** What can be chosen, beside how the chart is cut and shown. */
  choices: ReactNode;
  /** Between the choices and the chart. */
  children?: ReactNode;
  /** Below the chart: what it does not show. */
  note?: ReactNode;
  className?: string;
}

/** A metric over the period with all that belongs to it: choices, chart or table, and how much of the spend is known. */
export function UsageChart(props: UsageChartProps) {
  const { label, series, metric, by, bucket, buckets, view, totals, onSelect, choices, className } = props;
  const minute = useMinute();
  const { data: result } = series;
  const data = useMemo(
    () => result && seriesData(result, { metric, by, bucket, now: minute }),
    [result, metric, by, bucket, minute],
  );
  const select = (id: string) => {
    const key = selectable(id);
    if (key) onSelect?.(key);
  };
  return (
    <section aria-label={label} className={className}>
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
        {choices}
        <ChartControls bucket={bucket} buckets={buckets} view={view} />
      </div>
      {props.children}
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
            {...(onSelect ? { onSelect: select } : {})}
          />
        </div>
      ) : (
        <div className="pb-8">
          <div className={cn(CHART_HEIGHT, 'px-3')}>
            <ChartSkeleton />
          </div>
        </div>
      )}
      {props.note && <p className="px-4 pt-1 text-xs text-subtle">{props.note}</p>}
      <Coverage totals={totals} />
    </section>
  );
}
