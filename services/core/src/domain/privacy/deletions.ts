import type { Deletion } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';

const COLUMNS = [
  'id',
  'kind',
  'project_id',
  'mode',
  'subject_kind',
  'state',
  'progress',
  'records',
  'created_at',
  'finished_at',
] as const;

interface Row {
  id: number;
  kind: Deletion['kind'];
  project_id: number | null;
  mode: Deletion['mode'];
  subject_kind: Deletion['subjectKind'];
  state: Deletion['state'];
  progress: number;
  records: bigint;
  created_at: Date;
  finished_at: Date | null;
}

const toDeletion = (row: Row): Deletion => ({
  id: row.id,
  kind: row.kind,
  projectId: row.project_id,
  mode: row.mode,
  subjectKind: row.subject_kind,
  state: row.state,
  progress: row.progress,
  records: Number(row.records),
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
});

export type NewDeletion =
  | { kind: 'organization' }
  | { kind: 'project'; projectId: number }
  | {
      kind: 'person';
      mode: 'erase' | 'delete';
      subjectKind: 'user' | 'customer';
      subject: string;
      projectId?: number | undefined;
    };

/** Notes what the worker is to delete. It looks for such notes by itself, should the job be lost. */
export async function queueDeletion(
  tx: Db,
  actor: { organizationId: number; userId: number },
  deletion: NewDeletion & { now: Date },
): Promise<Deletion> {
  const person = deletion.kind === 'person' ? deletion : undefined;
  const row = await tx
    .insertInto('deletions')
    .values({
      organization_id: actor.organizationId,
      kind: deletion.kind,
      project_id: 'projectId' in deletion ? (deletion.projectId ?? null) : null,
      mode: person?.mode ?? null,
      subject_kind: person?.subjectKind ?? null,
      subject: person?.subject ?? null,
      requested_by: actor.userId,
      created_at: deletion.now,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return toDeletion(row);
}

/** The newest deletions of an organization, those under way among them. */
export async function listDeletions(tx: Db, organizationId: number, only?: number): Promise<Deletion[]> {
  const rows = await tx
    .selectFrom('deletions')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .$if(only !== undefined, (query) => query.where('id', '=', only ?? 0))
    .orderBy('id', 'desc')
    .limit(50)
    .execute();
  return rows.map(toDeletion);
}

/** @throws AppError `not_found` */
export async function findDeletion(tx: Db, organizationId: number, deletionId: number): Promise<Deletion> {
  const [found] = await listDeletions(tx, organizationId, deletionId);
  if (!found) throw new AppError('not_found', `There is no deletion ${deletionId}`);
  return found;
}
