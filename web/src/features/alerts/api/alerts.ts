import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AlertDetail, AlertPage, AlertQuery } from '@tokengrip/core/contract/alerts';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/alerts';
const POLL_MS = 5_000;
const PAGE = 50;

export const alertsQuery = (filters: Pick<AlertQuery, 'state' | 'kind' | 'severity' | 'projectId'>) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      request<AlertPage>(PATH, { query: { ...filters, cursor: pageParam, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: POLL_MS,
  });

export const alertQuery = (id: number) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) => request<AlertDetail>(`${PATH}/${id}`, { signal }),
    refetchInterval: POLL_MS,
  });

const post = (id: number, verb: string, body: object = {}) =>
  request<AlertDetail>(`${PATH}/${id}/${verb}`, { method: 'POST', body });

export const acknowledgeAlert = (id: number) => post(id, 'acknowledge');
export const resolveAlert = (id: number) => post(id, 'resolve');
export const snoozeAlert = ({ id, until }: { id: number; until: string | null }) => post(id, 'snooze', { until });
