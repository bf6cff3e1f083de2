import type { OpenIdAddress, PasswordProof } from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/account/openid';

/** Where the browser goes. */
export const linkOpenId = (body: PasswordProof) => request<OpenIdAddress>(`${PATH}/link`, { method: 'POST', body });

export const unlinkOpenId = (body: PasswordProof) => request<void>(`${PATH}/unlink`, { method: 'POST', body });
