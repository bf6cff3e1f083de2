import { queryOptions } from '@tanstack/react-query';
import type { AlertPage } from '@tokengrip/core/contract/alerts';
import { request } from '../http.ts';

const POLL_MS = 20_000;

/** How many alerts wait for somebody. Asked for lightly, wherever somebody is. */
export const openAlertsQuery = queryOptions({
  queryKey: ['alerts', 'counts'],
  queryFn: ({ signal }) => request<AlertPage>('/api/v1/alerts', { query: { state: 'open', limit: 1 }, signal }),
  select: ({ counts }) => counts.open,
  refetchInterval: POLL_MS,
});
