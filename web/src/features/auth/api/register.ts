import type { Me } from '@tokengrip/core/contract/accounts';
import type { RegisterRequest, RegistrationRequest } from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

export const askForRegistration = (body: RegistrationRequest) =>
  request<unknown>('/api/v1/auth/registrations', { method: 'POST', body });

export const registerAccount = (body: RegisterRequest) =>
  request<Me>('/api/v1/auth/register', { method: 'POST', body });
