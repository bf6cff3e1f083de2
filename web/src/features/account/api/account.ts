import { queryOptions } from '@tanstack/react-query';
import type { Account, AccountChange, EmailChange, ForgotRequest, PasswordChange } from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => request<Account>('/api/v1/account', { signal }),
});

export const changeAccount = (body: AccountChange) => request<Account>('/api/v1/account', { method: 'PATCH', body });

export const changePassword = (body: PasswordChange) =>
  request<void>('/api/v1/account/password', { method: 'POST', body });

/** Mails the link by which a password is set. */
export const askForPassword = (body: ForgotRequest) =>
  request<unknown>('/api/v1/auth/forgot', { method: 'POST', body });

export const changeEmail = (body: EmailChange) => request<Account>('/api/v1/account/email', { method: 'POST', body });
