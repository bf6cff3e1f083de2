import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ValueList } from '@tokengrip/core/contract/analytics';
import { request } from '../http.ts';

export interface ValuesParameters {
  /** A dimension, `tag:<key>` for the values of a tag, `tag` for the keys of all. */
  dimension: string;
  /** Part of the value. */
  search?: string;
  from?: string;
  to?: string;
  projectId?: readonly number[];
  environment?: readonly string[];
  limit?: number;
}

/** What records were attributed to, the most used first. What was found stays until the next answer is there. */
export const valuesQuery = (parameters: ValuesParameters) =>
  queryOptions({
    queryKey: ['values', parameters],
    queryFn: ({ signal }) => request<ValueList>('/api/v1/values', { query: { ...parameters }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
