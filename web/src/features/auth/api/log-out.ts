import { request } from '../../../lib/http.ts';

export const logOut = () => request<void>('/api/v1/auth/logout', { method: 'POST' });
