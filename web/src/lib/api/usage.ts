import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Bucket, Dimension, Metric, UsageResult } from '@tokengrip/core/contract/analytics';
import { request } from '../http.ts';
import type { RecordFilters } from './filters.ts';

export interface UsageParameters extends RecordFilters {
  from: string;
  to: string;
  metrics: readonly Metric[];
  groupBy?: readonly Dimension[];
  bucket?: Bucket;
  limit?: number;
  compare?: 'previous';
}

/** What was shown stays until the answer for other parameters is there. */
export const usageQuery = (parameters: UsageParameters) =>
  queryOptions({
    queryKey: ['usage', parameters],
    queryFn: ({ signal }) => request<UsageResult>('/api/v1/usage', { query: { ...parameters }, signal }),
    placeholderData: keepPreviousData,
  });
