import { queryOptions } from '@tanstack/react-query';
import type { InstallationStatus } from '@tokengrip/core/contract/accounts';
import { request } from '../http.ts';

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => request<InstallationStatus>('/api/v1/status', { signal }),
  staleTime: 60_000,
});
