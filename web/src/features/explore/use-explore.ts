import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { Bucket, Dimension, Metric } from '@tokengrip/core/contract/analytics';
import { useMemo } from 'react';
import { usageQuery } from '../../lib/api/usage.ts';
import { SERIES_SLOTS } from '../../lib/colours.ts';
import { bucketChoices } from '../../lib/period.ts';
import { readExploreSearch } from '../../lib/search.ts';
import { usePeriod, useRecordFilters } from '../../lib/search-state.ts';

/** As many groups as the API names at once; the rest is one row. */
const MOST_ROWS = 1_000;

const DEFAULT_COLUMNS: readonly Metric[] = ['cost', 'calls', 'tokens'];
/** What tells how much of the spend is known. */
const COVERAGE: readonly Metric[] = ['calls', 'pricedCalls', 'unpricedCalls', 'unreadableCalls'];

export interface ExploreState {
  metric: Metric;
  /** None, one or two. */
  by: Dimension[];
  bucket: Bucket;
  buckets: Bucket[];
  view: 'chart' | 'table';
  /** Metrics of the table besides the one in the chart. */
  columns: Metric[];
  sort: string;
  ascending: boolean;
  compare: boolean;
}

/** What the page shows and how, from its address. */
export function useExploreState(): ExploreState {
  const raw = useSearch({ strict: false });
  const { from, to, bucket: fitting } = usePeriod();
  return useMemo(() => {
    const { metric = 'cost', by = ['model'], view, bucket, columns, sort, order, compare } = readExploreSearch(raw);
    const buckets = bucketChoices({ from, to });
    return {
      metric,
      by: by.filter((dimension) => dimension !== 'none'),
      bucket: bucket !== undefined && buckets.includes(bucket) ? bucket : fitting,
      buckets,
      view: view ?? 'chart',
      columns: (columns ?? DEFAULT_COLUMNS).filter((column) => column !== 'none' && column !== metric) as Metric[],
      sort: sort ?? metric,
      ascending: order === 'asc',
      compare: compare !== 'off',
    };
  }, [raw, from, to, fitting]);
}

/** The course of the metric, of as many groups as there are colours. */
export function useCourse() {
  const { from, to } = usePeriod();
  const { metric, by, bucket } = useExploreState();
  const filters = useRecordFilters();
  const groupBy = by.length > 0 ? { groupBy: by, limit: SERIES_SLOTS } : {};
  return useQuery(usageQuery({ from, to, bucket, metrics: [metric], ...groupBy, ...filters }));
}

/** Every group with all metrics of the table; the first of them ranks the groups, as it does in the chart. */
export function useGroups() {
  const { from, to } = usePeriod();
  const { metric, by, columns, compare } = useExploreState();
  const filters = useRecordFilters();
  return useQuery(
    usageQuery({
      from,
      to,
      metrics: [...new Set([metric, ...columns, ...COVERAGE])],
      ...(by.length > 0 ? { groupBy: by, limit: MOST_ROWS } : {}),
      ...(compare ? { compare: 'previous' } : {}),
      ...filters,
    }),
  );
}
