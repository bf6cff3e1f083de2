import type { Project } from '../../contract/accounts.ts';

export const PROJECT_COLUMNS = ['id', 'name', 'demo', 'capture_content', 'created_at'] as const;

export function toProject(row: {
  id: number;
  name: string;
  demo: boolean;
  capture_content: boolean;
  created_at: Date;
}): Project {
  return {
    id: row.id,
    name: row.name,
    demo: row.demo,
    captureContent: row.capture_content,
    createdAt: row.created_at.toISOString(),
  };
}
