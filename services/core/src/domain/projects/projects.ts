import type { Project } from '../../contract/accounts.ts';

export const PROJECT_COLUMNS = ['id', 'name', 'demo', 'capture_content', 'archived_at', 'created_at'] as const;

/** A project whose deletion has begun is none any more. */
export function toProject(row: {
  id: number;
  name: string;
  demo: boolean;
  capture_content: boolean;
  archived_at: Date | null;
  created_at: Date;
}): Project {
  return {
    id: row.id,
    name: row.name,
    demo: row.demo,
    captureContent: row.capture_content,
    archivedAt: row.archived_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
