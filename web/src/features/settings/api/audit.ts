import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AuditActionList, AuditPage } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

export interface AuditParameters {
  /** An action, or a kind of thing, e.g. `key`. */
  action?: string;
  userId?: number;
  from?: string;
  to?: string;
}

export const auditQuery = (parameters: AuditParameters) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', parameters],
    queryFn: ({ pageParam, signal }) =>
      request<AuditPage>('/api/v1/audit-log', { query: { ...parameters, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const auditActionsQuery = queryOptions({
  queryKey: ['audit-log', 'actions'],
  queryFn: ({ signal }) => request<AuditActionList>('/api/v1/audit-log/actions', { signal }),
});
