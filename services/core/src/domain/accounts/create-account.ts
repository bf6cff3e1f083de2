import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { setScope, type Tx } from '../../db/scope.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { Terms } from '../organizations/terms.ts';
import { isTimeZone } from '../usage/time-buckets.ts';

export interface NewOwner {
  email: string;
  name: string;
  passwordHash: string;
  /** False for somebody who comes by a provider, and whose hash is of nothing. */
  hasPassword?: boolean;
  timeZone: string;
  /** When a mail to the address was answered. */
  emailConfirmedAt?: Date;
  /** Of a new organization. */
  terms?: Terms;
}

/** @throws AppError `invalid_request` for a time zone that does not exist */
export function checkTimeZone(timeZone: string | undefined): string {
  if (timeZone === undefined) return 'UTC';
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'must be an IANA time zone, e.g. Europe/Berlin');
  return timeZone;
}

/**
 * An account that owns an organization: `organizationId` if it is given, else a new one with a first project.
 * Leaves the transaction in the scope of both.
 * @throws AppError `conflict` at the field `email` when the address has an account
 */
export async function createOwnerAccount(
  tx: Tx,
  owner: NewOwner,
  organizationId?: number,
): Promise<{ userId: number; organizationId: number }> {
  const { rows } = await sql<{ id: number }>`select nextval('users_id_seq')::integer as id`.execute(tx);
  const userId = rows[0]?.id ?? 0;
  const home = organizationId ?? (await nextOrganizationId(tx));
  await setScope(tx, { organizationId: home, userId });
  if (organizationId === undefined) await createFirstOrganization(tx, home, owner.terms);
  await tx.updateTable('organizations').set({ time_zone: owner.timeZone }).where('id', '=', home).execute();
  try {
    await tx
      .insertInto('users')
      .values({
        id: userId,
        email: owner.email,
        name: owner.name.trim(),
        password_hash: owner.passwordHash,
        has_password: owner.hasPassword ?? true,
        email_confirmed_at: owner.emailConfirmedAt ?? null,
      })
      .execute();
  } catch (error) {
    if (isUniqueViolation(error, 'users_email_key')) throw emailTaken();
    throw error;
  }
  await tx.insertInto('memberships').values({ organization_id: home, user_id: userId, role: 'owner' }).execute();
  return { userId, organizationId: home };
}

export const emailTaken = () =>
  new AppError('conflict', 'This address has an account already', {
    fields: [{ field: 'email', message: 'has an account already' }],
  });

export async function nextOrganizationId(tx: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('organizations_id_seq')::integer as id`.execute(tx);
  return rows[0]?.id ?? 0;
}

/** A fresh organization, and in it the project that the first key belongs to. */
export async function createFirstOrganization(tx: Db, id: number, terms?: Terms): Promise<{ projectId: number }> {
  await tx
    .insertInto('organizations')
    .values({
      id,
      name: 'My organization',
      ...(terms ? { plan: terms.plan, retention_days: terms.retentionDays } : {}),
    })
    .execute();
  const project = await tx
    .insertInto('projects')
    .values({ organization_id: id, name: 'Default' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { projectId: project.id };
}
