import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { SetupRequest } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import type { Terms } from '../organizations/terms.ts';
import { checkTimeZone, createOwnerAccount, type NewOwner } from './create-account.ts';
import { hashPassword } from './passwords.ts';
import { normalizeEmail } from './users.ts';

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
export async function setUpInstallation(
  ctx: Context,
  input: SetupRequest & { terms?: Terms },
): Promise<{ userId: number; email: string }> {
  if (!(await isSetupRequired(ctx))) throw setupDone();
  const timeZone = checkTimeZone(input.timeZone);
  const passwordHash = await hashPassword(input.password);
  const email = normalizeEmail(input.email);
  return claimInstallation(ctx, {
    email,
    name: input.name,
    passwordHash,
    timeZone,
    ...(input.terms ? { terms: input.terms } : {}),
  });
}

/**
 * The first account, whatever it is opened by. `also` belongs to the same transaction, in the scope of the new owner.
 * @throws AppError `setup_done`
 */
export async function claimInstallation(
  ctx: Context,
  owner: NewOwner,
  also?: (tx: Tx, userId: number) => Promise<void>,
): Promise<{ userId: number; email: string }> {
  return inScope(ctx, {}, async (tx) => {
    await lockSetup(tx);
    const { rows } = await sql<{ exists: boolean; organization_id: number | null }>`
      select installation_has_users() as exists, first_organization_id() as organization_id`.execute(tx);
    if (rows[0]?.exists !== false) throw setupDone();
    const { userId } = await createOwnerAccount(tx, owner, rows[0].organization_id ?? undefined);
    await also?.(tx, userId);
    return { userId, email: owner.email };
  });
}

/** Setting up happens once; everything that may begin it waits for the other. Ends with the transaction. */
export const lockSetup = (tx: Db) => sql`select pg_advisory_xact_lock(hashtext('tokengrip setup'))`.execute(tx);

const setupDone = () => new AppError('setup_done', 'This installation already has an owner: log in instead');
