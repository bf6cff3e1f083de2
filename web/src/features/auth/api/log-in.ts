import type { Me } from '@tokengrip/core/contract/accounts';
import type { LoginRequest, TwoFactorChallenge, TwoFactorRequest } from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

export const logIn = (body: LoginRequest) =>
  request<Me | TwoFactorChallenge>('/api/v1/auth/login', { method: 'POST', body });

export const logInByCode = (body: TwoFactorRequest) => request<Me>('/api/v1/auth/two-factor', { method: 'POST', body });
