import { queryOptions } from '@tanstack/react-query';
import type { AcceptedInvitation, InvitationOffer } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) =>
      request<InvitationOffer>('/api/v1/auth/invitation', { method: 'POST', body: { token }, signal }),
    retry: false,
  });

export const acceptInvitation = (body: { token: string; name?: string; password?: string }) =>
  request<AcceptedInvitation>('/api/v1/auth/invitation/accept', { method: 'POST', body });
