import type { MetricValues } from '@tokengrip/core/contract/analytics';
import { useMemo } from 'react';
import { UsageChart } from '../../../components/charts/usage-chart.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { dimensionLabel, metricLabel } from '../../../lib/metrics.ts';
import { CHART_DIMENSIONS, FILTERS, type Filter } from '../../../lib/search.ts';
import { useSearchPatch, useToggleFilter } from '../../../lib/search-state.ts';
import { useOverviewState, useSeries } from '../use-overview.ts';

const asFilter = (dimension: string): Filter | undefined => FILTERS.find((filter) => filter === dimension);

/** The course of the chosen figure over the period, split by a dimension. */
export function TrendPanel({ totals }: { totals: MetricValues | undefined }) {
  const { metric, by, view, bucket, buckets } = useOverviewState();
  const patch = useSearchPatch();
  const toggle = useToggleFilter();
  const filter = asFilter(by);
  return (
    <UsageChart
      label={`${metricLabel(metric)} by ${dimensionLabel(by).toLowerCase()}`}
      series={useSeries()}
      metric={metric}
      by={useMemo(() => [by], [by])}
      bucket={bucket}
      buckets={buckets}
      view={view}
      totals={totals}
      onSelect={filter && (([value]) => value !== undefined && toggle(filter, value))}
      choices={
        <Segmented
          label="Split by"
          value={by}
          onChange={(value) => patch({ by: value === 'model' ? undefined : value })}
          options={CHART_DIMENSIONS.map((value) => ({ value, label: dimensionLabel(value) }))}
        />
      }
    />
  );
}
