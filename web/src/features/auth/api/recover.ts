import type { ConfirmEmailRequest, ForgotRequest, ResetRequest } from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

export const askForReset = (body: ForgotRequest) => request<unknown>('/api/v1/auth/forgot', { method: 'POST', body });

export const resetPassword = (body: ResetRequest) => request<void>('/api/v1/auth/reset', { method: 'POST', body });

export const confirmEmail = (body: ConfirmEmailRequest) =>
  request<void>('/api/v1/auth/confirm-email', { method: 'POST', body });
