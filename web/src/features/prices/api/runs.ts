import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { PriceChange, PriceChangePage, PriceRun, PriceRunPage } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/prices/runs';

export const runsQuery = infiniteQueryOptions({
  queryKey: ['price-runs'],
  queryFn: ({ pageParam, signal }) => request<PriceRunPage>(PATH, { query: { cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export const runQuery = (runId: number) =>
  queryOptions({
    queryKey: ['price-run', runId],
    queryFn: ({ signal }) => request<PriceRun>(`${PATH}/${runId}`, { signal }),
  });

export interface ChangesParameters {
  kind?: PriceChange['kind'];
  flagged?: true;
}

export const runChangesQuery = (runId: number, parameters: ChangesParameters) =>
  infiniteQueryOptions({
    queryKey: ['price-changes', runId, parameters],
    queryFn: ({ pageParam, signal }) =>
      request<PriceChangePage>(`${PATH}/${runId}/changes`, {
        query: { kind: parameters.kind, flagged: parameters.flagged && 'true', cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const flaggedQuery = (all: boolean) =>
  infiniteQueryOptions({
    queryKey: ['price-flagged', all],
    queryFn: ({ pageParam, signal }) =>
      request<PriceChangePage>('/api/v1/prices/flagged', { query: { all: String(all), cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
