import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { inScope, type Tx } from '../../db/scope.ts';

export interface User {
  id: number;
  email: string;
  name: string;
  passwordHash: string;
  /** Without one the account is opened by a provider alone. */
  hasPassword: boolean;
}

/** As addresses are kept and compared. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();

const COLUMNS = ['id', 'email', 'name', 'password_hash as passwordHash', 'has_password as hasPassword'] as const;

/** Whoever has this address. For what happens before a log-in alone. */
export const findUserByEmail = (ctx: Context, email: string): Promise<User | undefined> =>
  inScope(ctx, { loginEmail: email }, (tx) =>
    tx.selectFrom('users').select(COLUMNS).where('email', '=', email).executeTakeFirst(),
  );

/** Needs the scope of the person. */
export const findUser = (tx: Tx, userId: number): Promise<User | undefined> =>
  tx.selectFrom('users').select(COLUMNS).where('id', '=', userId).executeTakeFirst();

/** Tells one password of a person from the next, without telling anything of either. */
export const passwordVersion = ({ passwordHash }: Pick<User, 'passwordHash'>): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16);
