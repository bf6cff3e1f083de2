import { infiniteQueryOptions } from '@tanstack/react-query';
import type { AlertDelivery, DeliveryPage } from '@tokengrip/core/contract/alerts';
import type { Channel, ChannelChange, ChannelWithSecret, NewChannel } from '@tokengrip/core/contract/channels';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/channels';
const POLL_MS = 5_000;

export const createChannel = (channel: NewChannel) =>
  request<ChannelWithSecret>(PATH, { method: 'POST', body: channel });

export const updateChannel = ({ id, change }: { id: number; change: ChannelChange }) =>
  request<Channel>(`${PATH}/${id}`, { method: 'PUT', body: change });

export const deleteChannel = (id: number) => request<void>(`${PATH}/${id}`, { method: 'DELETE' });

/** Answers when it is known how it went, within 20 seconds. */
export const testChannel = (id: number) => request<AlertDelivery>(`${PATH}/${id}/test`, { method: 'POST' });

export const rotateSecret = (id: number) => request<ChannelWithSecret>(`${PATH}/${id}/rotate`, { method: 'POST' });

export const snoozeChannel = ({ id, until }: { id: number; until: string | null }) =>
  request<Channel>(`${PATH}/${id}/snooze`, { method: 'POST', body: { until } });

export const deliveriesQuery = (channelId: number) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', channelId],
    queryFn: ({ pageParam, signal }) =>
      request<DeliveryPage>('/api/v1/deliveries', { query: { channelId, cursor: pageParam, limit: 30 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: POLL_MS,
  });
