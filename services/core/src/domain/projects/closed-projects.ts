import { sql } from 'kysely';
import type { Tx } from '../../db/scope.ts';

/** Why a project takes no records. */
export type Closed = 'archived' | 'deleted';

/**
 * Which of these projects take no records. To be asked at the start of the transaction that writes records, which holds the
 * others open until its end: whoever archives or deletes one waits, and finds everything that was written.
 */
export async function findClosedProjects(tx: Tx, projectIds: Iterable<number>): Promise<Map<number, Closed>> {
  const { rows } = await sql<{ project_id: number; reason: Closed }>`
    select project_id, reason from closed_projects(${[...new Set(projectIds)]}::integer[])`.execute(tx);
  return new Map(rows.map(({ project_id, reason }) => [project_id, reason]));
}
