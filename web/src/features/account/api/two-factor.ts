import type {
  PasswordProof,
  RecoveryCodes,
  TwoFactorConfirmation,
  TwoFactorSetup,
} from '@tokengrip/core/contract/auth';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/account/two-factor';

export const beginTwoFactor = (body: PasswordProof) => request<TwoFactorSetup>(PATH, { method: 'POST', body });

export const confirmTwoFactor = (body: TwoFactorConfirmation) =>
  request<RecoveryCodes>(`${PATH}/confirm`, { method: 'POST', body });

export const renewRecoveryCodes = (body: PasswordProof) =>
  request<RecoveryCodes>(`${PATH}/recovery-codes`, { method: 'POST', body });

export const endTwoFactor = (body: PasswordProof) => request<void>(`${PATH}/off`, { method: 'POST', body });
