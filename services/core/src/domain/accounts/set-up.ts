import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { SetupRequest } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { inScope, setScope } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { isTimeZone } from '../usage/time-buckets.ts';
import { hashPassword } from './passwords.ts';

/** Whether the installation still waits for its owner's account. */
export async function isSetupRequired(ctx: Context): Promise<boolean> {
  const { rows } = await sql<{ exists: boolean }>`select installation_has_users() as exists`.execute(ctx.db);
  return rows[0]?.exists === false;
}

/**
 * Creates the first account, which owns the installation: with it an organization and a project, or those that
 * `create-key` made before anybody had an account.
 * @throws AppError `setup_done` when an account exists, however close the race; `invalid_request` for a time zone that
 * does not exist
 */
export async function setUpInstallation(ctx: Context, input: SetupRequest): Promise<{ userId: number }> {
  if (!(await isSetupRequired(ctx))) throw setupDone();
  const timeZone = input.timeZone ?? 'UTC';
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'must be an IANA time zone, e.g. Europe/Berlin');
  const passwordHash = await hashPassword(input.password);
  return inScope(ctx, {}, async (tx) => {
    await lockSetup(tx);
    const { rows } = await sql<{ exists: boolean }>`select installation_has_users() as exists`.execute(tx);
    if (rows[0]?.exists !== false) throw setupDone();
    const { rows: ids } = await sql<{ user_id: number; organization_id: number | null }>`
      select nextval('users_id_seq')::integer as user_id, first_organization_id() as organization_id`.execute(tx);
    const userId = ids[0]?.user_id ?? 0;
    const found = ids[0]?.organization_id ?? null;
    const organizationId = found ?? (await nextOrganizationId(tx));
    await setScope(tx, { organizationId, userId });
    if (found === null) await createFirstOrganization(tx, organizationId);
    await tx.updateTable('organizations').set({ time_zone: timeZone }).where('id', '=', organizationId).execute();
    await tx
      .insertInto('users')
      .values({ id: userId, email: input.email.toLowerCase(), name: input.name.trim(), password_hash: passwordHash })
      .execute();
    await tx
      .insertInto('memberships')
      .values({ organization_id: organizationId, user_id: userId, role: 'owner' })
      .execute();
    return { userId };
  });
}

/** Setting up happens once; everything that may begin it waits for the other. Ends with the transaction. */
export const lockSetup = (tx: Db) => sql`select pg_advisory_xact_lock(hashtext('tokengrip setup'))`.execute(tx);

export async function nextOrganizationId(tx: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('organizations_id_seq')::integer as id`.execute(tx);
  return rows[0]?.id ?? 0;
}

/** The organization of a fresh installation, and in it the project that the first key belongs to. */
export async function createFirstOrganization(tx: Db, id: number): Promise<{ projectId: number }> {
  await tx.insertInto('organizations').values({ id, name: 'My organization' }).execute();
  const project = await tx
    .insertInto('projects')
    .values({ organization_id: id, name: 'Default' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { projectId: project.id };
}

const setupDone = () => new AppError('setup_done', 'This installation already has an owner: log in instead');
