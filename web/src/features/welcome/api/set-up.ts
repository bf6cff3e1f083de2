import type { Me, SetupRequest } from '@tokengrip/core/contract/accounts';
import { request } from '../../../lib/http.ts';

/** Creates the owner's account of a fresh installation, and logs it in. */
export const setUp = (body: SetupRequest) => request<Me>('/api/v1/auth/setup', { method: 'POST', body });
