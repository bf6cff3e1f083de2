import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Unpriced } from '@tokengrip/core/contract/recosting';
import { request } from '../../../lib/http.ts';
import type { PeriodOfProjects } from './models-in-use.ts';

export const unpricedQuery = (parameters: PeriodOfProjects) =>
  queryOptions({
    queryKey: ['unpriced', parameters],
    queryFn: ({ signal }) => request<Unpriced>('/api/v1/unpriced', { query: { ...parameters }, signal }),
    placeholderData: keepPreviousData,
  });
