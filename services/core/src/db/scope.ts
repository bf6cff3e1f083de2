import { sql, type Transaction } from 'kysely';
import type { Context } from '../context.ts';
import type { Db } from './connection.ts';
import type { Database } from './tables.ts';

/** On whose behalf a transaction acts. What is not given, the row policies see as nobody. */
export interface Scope {
  organizationId?: number;
  userId?: number;
  /** Only the log-in has it: it looks for one person by their address. */
  loginEmail?: string;
  /** SHA-256 of a secret that somebody shows: a refresh token, or that of a one-time link. */
  tokenHash?: Buffer;
  /** From where they act, for the audit log. */
  address?: string;
  /** The API key that acts. */
  keyId?: number;
  /** A key sees its project alone. */
  projectId?: number;
}

export type Tx = Transaction<Database>;

/**
 * Runs `work` in a transaction in which the row policies of the api's role let through what `scope` names. The settings
 * end with the transaction, so that a connection that is used again, or a pooler, carries nothing over.
 */
export async function inScope<T>(ctx: Context, scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute(async (tx) => {
    await setScope(tx, scope);
    return work(tx);
  });
}

declare const oneSnapshot: unique symbol;

/** A transaction whose statements all see the database as it was when the first of them began. */
export type Snapshot = Tx & { readonly [oneSnapshot]: true };

/** Like `inScope`, for reading what only fits together when nothing is committed between two statements. */
export async function inSnapshot<T>(ctx: Context, scope: Scope, work: (tx: Snapshot) => Promise<T>): Promise<T> {
  return ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await setScope(tx, scope);
      return work(tx as Snapshot);
    });
}

/** Widens or changes the scope of a running transaction: a person who was just created, an organization just made. */
export async function setScope(tx: Db, scope: Scope): Promise<void> {
  await sql`select
    set_config('tokengrip.organization_id', ${String(scope.organizationId ?? '')}, true),
    set_config('tokengrip.user_id', ${String(scope.userId ?? '')}, true),
    set_config('tokengrip.login_email', ${scope.loginEmail ?? ''}, true),
    set_config('tokengrip.token_hash', ${scope.tokenHash?.toString('hex') ?? ''}, true),
    set_config('tokengrip.address', ${scope.address ?? ''}, true),
    set_config('tokengrip.key_id', ${String(scope.keyId ?? '')}, true),
    set_config('tokengrip.project_id', ${String(scope.projectId ?? '')}, true)`.execute(tx);
}
