import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Export, NewExport } from '../../contract/exports.ts';
import { inScope } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { exportJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { readPeriod } from '../usage/read-period.ts';
import { recordFilter } from '../usage/record-filter.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import { findExport } from './list-exports.ts';
import { fileName } from './open-source.ts';

/** How long a file is kept, from when it was asked for. */
const LIFE_MS = 7 * DAY;

/** A worker writes one after the other; whoever asks for more waits for their own. */
const MAX_UNFINISHED = 5;

export const exportJobId = (exportId: number): string => `export-${exportId}`;

/**
 * Begins an export in the background.
 * @throws AppError `conflict` while five others are not done; `invalid_request` naming the field, `not_found` for a project
 * that is not the organization's, `unavailable` without Redis
 */
export async function createExport(
  ctx: Context & { jobs: Pick<JobSender, 'send'> },
  member: { organizationId: number; userId: number; timeZone: string },
  input: NewExport,
): Promise<Export> {
  const { organizationId, userId, timeZone } = member;
  const now = ctx.clock.now();
  readPeriod(input.filter);
  const offender = findUnstorableText({ filter: input.filter });
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  const id = await inScope(ctx, { organizationId, userId }, async (tx) => {
    // One at a time, so that two requests cannot both be the fifth.
    await sql`select pg_advisory_xact_lock(hashtext('exports'), ${organizationId})`.execute(tx);
    const unfinished = await tx
      .selectFrom('exports')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('state', 'in', ['queued', 'running'])
      .execute();
    if (unfinished.length >= MAX_UNFINISHED) {
      throw new AppError('conflict', `${MAX_UNFINISHED} exports are under way; wait for one, or delete it`);
    }
    const projectIds = await chooseProjects(tx, organizationId, input.filter.projectId);
    recordFilter(input.filter, projectIds);
    const isFocus = input.format === 'focus';
    const row = await tx
      .insertInto('exports')
      .values({
        organization_id: organizationId,
        created_by: userId,
        what: 'records',
        format: input.format,
        byte_order_mark: input.bom ?? false,
        filter: JSON.stringify(input.filter),
        project_ids: projectIds,
        time_zone: timeZone,
        file_name: fileName(isFocus ? 'charges' : 'records', input.filter, isFocus ? 'csv' : input.format),
        created_at: now,
        touched_at: now,
        expires_at: new Date(now.getTime() + LIFE_MS),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return row.id;
  });
  try {
    await ctx.jobs.send(exportJob, { organizationId, exportId: id }, exportJobId(id));
  } catch (error) {
    await inScope(ctx, { organizationId }, (tx) => tx.deleteFrom('exports').where('id', '=', id).execute());
    throw error;
  }
  return inScope(ctx, { organizationId }, (tx) => findExport(tx, organizationId, id));
}
