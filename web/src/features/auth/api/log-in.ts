import type { LoginRequest, Me } from '@tokengrip/core/contract/accounts';
import { request } from '../../../lib/http.ts';

export const logIn = (body: LoginRequest) => request<Me>('/api/v1/auth/login', { method: 'POST', body });
