import { request } from '../../../lib/http.ts';

export const revokeKey = ({ projectId, keyId }: { projectId: number; keyId: number }) =>
  request<unknown>(`/api/v1/projects/${projectId}/keys/${keyId}`, { method: 'DELETE' });
