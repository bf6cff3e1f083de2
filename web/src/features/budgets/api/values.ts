import { queryOptions } from '@tanstack/react-query';
import type { ValueList } from '@tokengrip/core/contract/analytics';
import { request } from '../../../lib/http.ts';

/** What calls were attributed to lately, the most used first. */
export const valuesQuery = (dimension: string) =>
  queryOptions({
    queryKey: ['values', dimension],
    queryFn: ({ signal }) => request<ValueList>('/api/v1/values', { query: { dimension, limit: 200 }, signal }),
    staleTime: 60_000,
  });
