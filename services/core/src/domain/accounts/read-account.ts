import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Account } from '../../contract/auth.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';

/** A person's account, as they see it themselves. @param issuer the provider by whom people log in, if there is one */
export async function readAccount(ctx: Context, userId: number, issuer: string | undefined): Promise<Account> {
  const row = await inScope(ctx, { userId }, (tx) =>
    tx
      .selectFrom('users')
      .leftJoin('openid_identities', (join) =>
        join.onRef('openid_identities.user_id', '=', 'users.id').on('openid_identities.issuer', '=', issuer ?? ''),
      )
      .leftJoin('second_factors', (join) =>
        join.onRef('second_factors.user_id', '=', 'users.id').on('second_factors.confirmed_at', 'is not', null),
      )
      .select((from) => [
        'users.name',
        'users.email',
        'users.password_changed_at',
        'users.has_password',
        'second_factors.confirmed_at',
        'openid_identities.created_at as linked_at',
        'openid_identities.last_used_at as link_used_at',
        from
          .selectFrom('recovery_codes')
          .select(sql<number>`count(*)::integer`.as('left'))
          .whereRef('recovery_codes.user_id', '=', 'users.id')
          .where('used_at', 'is', null)
          .as('codes_left'),
        from
          .selectFrom('one_time_links')
          .select('email')
          .whereRef('one_time_links.user_id', '=', 'users.id')
          .where('purpose', '=', 'confirm_email')
          .where('used_at', 'is', null)
          .where('expires_at', '>', ctx.clock.now())
          .orderBy('created_at', 'desc')
          .limit(1)
          .as('pending_email'),
      ])
      .where('users.id', '=', userId)
      .executeTakeFirst(),
  );
  if (!row) throw new AppError('unauthenticated', 'Log in first');
  return {
    name: row.name,
    email: row.email,
    pendingEmail: row.pending_email,
    passwordChangedAt: row.password_changed_at.toISOString(),
    hasPassword: row.has_password,
    openId:
      row.linked_at === null || row.link_used_at === null
        ? null
        : { since: row.linked_at.toISOString(), lastUsedAt: row.link_used_at.toISOString() },
    twoFactor:
      row.confirmed_at === null
        ? null
        : { since: row.confirmed_at.toISOString(), recoveryCodesLeft: row.codes_left ?? 0 },
  };
}
