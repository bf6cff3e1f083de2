import { infiniteQueryOptions } from '@tanstack/react-query';
import type { AuditPage } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

/** @param action a kind of thing, e.g. `key`; all of them without it */
export const auditQuery = (action: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', action],
    queryFn: ({ pageParam, signal }) =>
      request<AuditPage>('/api/v1/audit-log', { query: { action, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
