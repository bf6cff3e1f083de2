import { queryOptions } from '@tanstack/react-query';
import type { ChannelList } from '@tokengrip/core/contract/channels';
import { request } from '../http.ts';

const POLL_MS = 15_000;

/** Every channel with the state of its last delivery, and what this installation can send. */
export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => request<ChannelList>('/api/v1/channels', { signal }),
  refetchInterval: POLL_MS,
});
