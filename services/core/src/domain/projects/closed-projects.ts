import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';

/** The first key of the locks that hold projects open; see `closed_projects` in the migrations. */
const OPEN_PROJECTS_LOCK = 7_260_418;

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

/**
 * The same, for writers that deliver what others sent: also which of the open ones have tombstones, among which every record
 * must be looked for before it is written.
 */
export async function findProjectStates(
  tx: Tx,
  projectIds: Iterable<number>,
): Promise<{ closed: Map<number, Closed>; guarded: Set<number> }> {
  const { rows } = await sql<{ project_id: number; state: Closed | 'guarded' }>`/* prepared: project_states */
    select project_id, state from project_states(${[...new Set(projectIds)]}::integer[])`.execute(tx);
  const closed = new Map<number, Closed>();
  const guarded = new Set<number>();
  for (const { project_id, state } of rows) {
    if (state === 'guarded') guarded.add(project_id);
    else closed.set(project_id, state);
  }
  return { closed, guarded };
}

/** Until every transaction has ended that held this project open. What is committed before, all later ones see. */
export async function waitForWriters(db: Db, projectId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${OPEN_PROJECTS_LOCK}, ${projectId}::integer)`.execute(db);
}
