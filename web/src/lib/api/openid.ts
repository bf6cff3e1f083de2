import type { OpenIdAddress, OpenIdStart } from '@tokengrip/core/contract/auth';
import { request } from '../http.ts';

/** Where the browser goes. */
export const startOpenId = (body: OpenIdStart) =>
  request<OpenIdAddress>('/api/v1/auth/openid/start', { method: 'POST', body });
