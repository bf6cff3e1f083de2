import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { Bucket, Dimension } from '@tokengrip/core/contract/analytics';
import { useMemo } from 'react';
import { usageQuery } from '../../lib/api/usage.ts';
import { bucketChoices } from '../../lib/period.ts';
import { type ChartDimension, type ChartMetric, readOverviewSearch } from '../../lib/search.ts';
import { usePeriod, useRecordFilters } from '../../lib/search-state.ts';

/** As many groups as the palette has colours; the rest is summed. */
const MOST_SERIES = 8;

export interface OverviewState {
  metric: ChartMetric;
  by: ChartDimension;
  view: 'chart' | 'table';
  bucket: Bucket;
  buckets: Bucket[];
}

/** What the page shows and how, from its address. */
export function useOverviewState(): OverviewState {
  const raw = useSearch({ strict: false });
  const { from, to, bucket: fitting } = usePeriod();
  return useMemo(() => {
    const { metric = 'cost', by = 'model', view, bucket } = readOverviewSearch(raw);
    const buckets = bucketChoices({ from, to });
    const chosen = bucket !== undefined && buckets.includes(bucket) ? bucket : fitting;
    return { metric, by, view: view ?? 'chart', bucket: chosen, buckets };
  }, [raw, from, to, fitting]);
}

/** Sums of the period and of the one before it, with their course. */
export function useTotals() {
  const { from, to } = usePeriod();
  const { bucket } = useOverviewState();
  const filters = useRecordFilters();
  return useQuery(
    usageQuery({
      from,
      to,
      bucket,
      compare: 'previous',
      metrics: [
        'cost',
        'calls',
        'errors',
        'tokens',
        'inputTokens',
        'cacheReadTokens',
        'cacheWriteTokens',
        'outputTokens',
        'reasoningTokens',
        'pricedCalls',
        'unpricedCalls',
        'unreadableCalls',
      ],
      ...filters,
    }),
  );
}

/** One metric over time, by one dimension. */
export function useSeries() {
  const { from, to } = usePeriod();
  const { metric, by, bucket } = useOverviewState();
  const filters = useRecordFilters();
  return useQuery(usageQuery({ from, to, bucket, metrics: [metric], groupBy: [by], limit: MOST_SERIES, ...filters }));
}

/** The dearest values of a dimension, with the change of each. */
export function useTop(dimension: Dimension) {
  const { from, to } = usePeriod();
  const filters = useRecordFilters();
  return useQuery(
    usageQuery({
      from,
      to,
      metrics: ['cost', 'calls', 'tokens'],
      groupBy: [dimension],
      limit: MOST_SERIES,
      compare: 'previous',
      ...filters,
    }),
  );
}
