import { queryOptions } from '@tanstack/react-query';
import type { SessionList } from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => request<SessionList>('/api/v1/account/sessions', { signal }),
});

export const endSession = (id: string) => request<void>(`/api/v1/account/sessions/${id}`, { method: 'DELETE' });

export const endAllSessions = () => request<void>('/api/v1/account/sessions', { method: 'DELETE' });
