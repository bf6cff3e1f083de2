import type { CreatedApiKey } from '@tokengrip/core/contract/accounts';
import { request } from '../../../lib/http.ts';

export interface KeyRotation {
  projectId: number;
  keyId: number;
  overlapHours: number;
}

export const rotateKey = ({ projectId, keyId, overlapHours }: KeyRotation) =>
  request<CreatedApiKey>(`/api/v1/projects/${projectId}/keys/${keyId}/rotate`, {
    method: 'POST',
    body: { overlapHours },
  });
