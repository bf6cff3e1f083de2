import { queryOptions } from '@tanstack/react-query';
import type { ApiKeyList } from '@tokengrip/core/contract/accounts';
import { request } from '../../../lib/http.ts';

export const keysQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['keys', projectId],
    queryFn: ({ signal }) => request<ApiKeyList>(`/api/v1/projects/${projectId}/keys`, { signal }),
  });
