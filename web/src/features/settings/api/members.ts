import { queryOptions } from '@tanstack/react-query';
import type { Role } from '@tokengrip/core/contract/accounts';
import type { PasswordProof, ResetLink } from '@tokengrip/core/contract/auth';
import type { CreatedInvitation, InvitationList, Member, MemberList } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => request<MemberList>('/api/v1/members', { signal }),
});

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => request<InvitationList>('/api/v1/invitations', { signal }),
});

export const changeRole = ({ userId, role }: { userId: number; role: Role }) =>
  request<Member>(`/api/v1/members/${userId}`, { method: 'PATCH', body: { role } });

export const removeMember = (userId: number) => request<void>(`/api/v1/members/${userId}`, { method: 'DELETE' });

/** A link by which the member chooses a new password. */
export const makeResetLink = ({ userId, ...proof }: { userId: number } & PasswordProof) =>
  request<ResetLink>(`/api/v1/members/${userId}/reset-link`, { method: 'POST', body: proof });

export const invite = (body: { email: string; role: Role }) =>
  request<CreatedInvitation>('/api/v1/invitations', { method: 'POST', body });

export const resendInvitation = (id: number) =>
  request<CreatedInvitation>(`/api/v1/invitations/${id}/resend`, { method: 'POST' });

export const revokeInvitation = (id: number) => request<void>(`/api/v1/invitations/${id}`, { method: 'DELETE' });
