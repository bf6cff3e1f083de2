import type { Deletion } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

export const deleteProject = ({ projectId, name }: { projectId: number; name: string }) =>
  request<Deletion>(`/api/v1/projects/${projectId}`, { method: 'DELETE', body: { name } });
