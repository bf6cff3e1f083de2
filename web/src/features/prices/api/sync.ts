import { queryOptions } from '@tanstack/react-query';
import type { PriceSyncState } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/prices/sync';
const POLL_MS = 700;

/** Asked again while a run waits or works, so that its progress survives leaving the page. */
export const syncQuery = queryOptions({
  queryKey: ['price-sync'],
  queryFn: ({ signal }) => request<PriceSyncState>(PATH, { signal }),
  refetchInterval: (query) => (query.state.data?.queued ? POLL_MS : false),
});

export const requestSync = () => request<PriceSyncState>(PATH, { method: 'POST' });
