import { queryOptions } from '@tanstack/react-query';
import type { Realized, RealizedSummary } from '@tokengrip/core/contract/realized';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/realized';

export const realizedSummaryQuery = queryOptions({
  queryKey: ['realized'],
  queryFn: ({ signal }) => request<RealizedSummary>(PATH, { signal }),
});

export const realizedQuery = (recommendationId: number) =>
  queryOptions({
    queryKey: ['realized', recommendationId],
    queryFn: ({ signal }) => request<Realized>(`${PATH}/${recommendationId}`, { signal }),
  });
