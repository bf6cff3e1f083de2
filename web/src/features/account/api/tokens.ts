import { queryOptions } from '@tanstack/react-query';
import type { CreatedPersonalToken, PersonalTokenList } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<PersonalTokenList>('/api/v1/tokens', { signal }),
});

export const createToken = (body: { name: string; expiresAt: string | null }) =>
  request<CreatedPersonalToken>('/api/v1/tokens', { method: 'POST', body });

export const deleteToken = (id: number) => request<void>(`/api/v1/tokens/${id}`, { method: 'DELETE' });

export const deleteAccount = (body: { currentPassword: string }) =>
  request<void>('/api/v1/account', { method: 'DELETE', body });
