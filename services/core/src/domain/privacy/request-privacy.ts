import { sql } from 'kysely';
import type { Deletion, PrivacyPreview, PrivacyRequest, PrivacySubject } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { queueDeletion } from './deletions.ts';
import { isOf } from './person.ts';

/**
 * How many records are somebody's, and of which time.
 * @throws AppError `not_found` for a project that is not the organization's
 */
export async function previewPrivacy(tx: Db, organizationId: number, input: PrivacySubject): Promise<PrivacyPreview> {
  const projectIds = await projectsOf(tx, organizationId, input.projectId);
  const person = { kind: input.subjectKind, value: input.subject };
  const { rows } = await sql<{ records: bigint; first: Date | null; last: Date | null }>`
    select count(*) as records, min(ts) as first, max(ts) as last from usage_calls
    where project_id = any(${projectIds}::integer[]) and ${isOf(person)}`.execute(tx);
  return {
    records: Number(rows[0]?.records ?? 0n),
    first: rows[0]?.first?.toISOString() ?? null,
    last: rows[0]?.last?.toISOString() ?? null,
  };
}

/**
 * Queues that somebody is erased from the records, or deleted with them. The audit log says that it was asked for, and not of
 * whom.
 * @throws AppError `not_found` for a project that is not the organization's
 */
export async function requestPrivacy(
  tx: Tx,
  actor: { organizationId: number; userId: number },
  input: PrivacyRequest & { now: Date },
): Promise<Deletion> {
  await projectsOf(tx, actor.organizationId, input.projectId);
  const { mode, subjectKind, subject, projectId, now } = input;
  const deletion = await queueDeletion(tx, actor, { kind: 'person', mode, subjectKind, subject, projectId, now });
  await audit(tx, actor.organizationId, {
    action: 'privacy.requested',
    targetId: deletion.id,
    after: { mode, subjectKind, ...(projectId === undefined ? {} : { projectId }) },
  });
  return deletion;
}

/** The demo project among them: whose name is in it is to be gone from there, too. */
export async function projectsOf(tx: Db, organizationId: number, only?: number | null): Promise<number[]> {
  const rows = await tx
    .selectFrom('projects')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('deleting_at', 'is', null)
    .$if(typeof only === 'number', (query) => query.where('id', '=', only ?? 0))
    .orderBy('id')
    .execute();
  if (typeof only === 'number' && rows.length === 0) throw new AppError('not_found', `There is no project ${only}`);
  return rows.map(({ id }) => id);
}
