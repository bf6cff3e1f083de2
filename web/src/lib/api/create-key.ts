import type { CreatedApiKey } from '@tokengrip/core/contract/accounts';
import { request } from '../http.ts';

/** The reply is the only one that ever carries the key itself. */
export const createKey = ({ projectId, name }: { projectId: number; name: string }) =>
  request<CreatedApiKey>(`/api/v1/projects/${projectId}/keys`, { method: 'POST', body: { name } });
