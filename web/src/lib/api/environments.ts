import { queryOptions } from '@tanstack/react-query';
import { request } from '../http.ts';

/** Names of environments seen in a project, or in all of them. */
export const environmentsQuery = (projectId: number | undefined) =>
  queryOptions({
    queryKey: ['environments', projectId ?? null],
    queryFn: ({ signal }) =>
      request<{ environments: string[] }>('/api/v1/environments', { query: { projectId }, signal }),
    staleTime: 60_000,
  });
