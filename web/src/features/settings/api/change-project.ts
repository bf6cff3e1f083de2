import type { Project } from '@tokengrip/core/contract/accounts';
import { request } from '../../../lib/http.ts';

export interface ProjectChange {
  projectId: number;
  change: { name?: string; captureContent?: boolean; archived?: boolean };
}

export const changeProject = ({ projectId, change }: ProjectChange) =>
  request<Project>(`/api/v1/projects/${projectId}`, { method: 'PATCH', body: change });
