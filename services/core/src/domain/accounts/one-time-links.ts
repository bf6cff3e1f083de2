import { sql } from 'kysely';
import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inScope, setScope, type Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { hashToken, makeToken } from './secret-tokens.ts';

const LINK_LIFE_MS = 30 * MINUTE;

export type NewLink =
  | { purpose: 'register'; email: string }
  | { purpose: 'confirm_email'; userId: number; email: string }
  | { purpose: 'reset_password'; userId: number; createdBy?: number };

/** Pages that take a link's secret. It stands behind `#`, which browsers send to no server and no log sees. */
const PAGES = { register: '/register', confirm_email: '/confirm-email', reset_password: '/reset-password' } as const;

export interface OneTimeLink {
  path: string;
  expiresAt: Date;
}

/** Makes a link that works once, for half an hour. Earlier ones of the person for the same purpose stop working. */
export async function makeLink(ctx: Context, link: NewLink): Promise<OneTimeLink> {
  const token = makeToken();
  const hash = hashToken(token);
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + LINK_LIFE_MS);
  const userId = 'userId' in link ? link.userId : null;
  await inScope(ctx, { tokenHash: hash, ...(userId === null ? {} : { userId }) }, async (tx) => {
    await sql`select forget_expired_secrets()`.execute(tx);
    if (userId !== null) await withdrawLinks(tx, now, userId, link.purpose);
    await tx
      .insertInto('one_time_links')
      .values({
        hash,
        purpose: link.purpose,
        user_id: userId,
        email: 'email' in link ? link.email : null,
        created_by: 'createdBy' in link ? (link.createdBy ?? null) : null,
        created_at: now,
        expires_at: expiresAt,
      })
      .execute();
  });
  return { path: `${PAGES[link.purpose]}#token=${token}`, expiresAt };
}

/** Links of a person that were not used yet work no more. Needs the scope of the person. */
export async function withdrawLinks(tx: Tx, now: Date, userId: number, purpose: NewLink['purpose']): Promise<void> {
  await tx
    .updateTable('one_time_links')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .execute();
}

/**
 * Uses a link up and does what it is for, both or neither. `work` runs in the scope of the link's person, if it has one.
 * @throws AppError `not_found` when the link is unknown, used, expired or for something else
 */
export async function useLink<T>(
  ctx: Context,
  token: string,
  purpose: NewLink['purpose'],
  work: (tx: Tx, link: { userId: number | null; email: string | null }) => Promise<T>,
): Promise<T> {
  const hash = hashToken(token);
  const now = ctx.clock.now();
  return inScope(ctx, { tokenHash: hash }, async (tx) => {
    const link = await tx
      .updateTable('one_time_links')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['user_id as userId', 'email'])
      .executeTakeFirst();
    if (!link) throw linkIsOver();
    if (link.userId !== null) await setScope(tx, { userId: link.userId });
    return work(tx, link);
  });
}

export const linkIsOver = () =>
  new AppError(
    'not_found',
    'This link does not work any more: it was used, has expired, or was replaced by a newer one',
  );
