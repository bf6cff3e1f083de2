import type { CreatedApiKey } from '@tokengrip/core/contract/accounts';
import { request } from '../http.ts';

export interface NewKey {
  projectId: number;
  name: string;
  /** Default: it sends usage. */
  scopes?: ('ingest' | 'read')[];
  expiresAt?: string | null;
}

/** The reply is the only one that ever carries the key itself. */
export const createKey = ({ projectId, ...body }: NewKey) =>
  request<CreatedApiKey>(`/api/v1/projects/${projectId}/keys`, { method: 'POST', body });
