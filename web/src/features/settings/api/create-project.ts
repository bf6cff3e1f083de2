import type { Project } from '@tokengrip/core/contract/accounts';
import { request } from '../../../lib/http.ts';

export const createProject = (body: { name: string }) => request<Project>('/api/v1/projects', { method: 'POST', body });
