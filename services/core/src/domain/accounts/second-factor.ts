import { inScope, type Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { AccountContext } from './account-context.ts';
import { checkCurrentPassword } from './check-password.ts';
import { notify } from './notices.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import { findStep, makeTotpSecret, toBase32, totpUri } from './totp.ts';

interface Person {
  userId: number;
  sessionId: string;
  email: string;
}

const purposeOf = (userId: number) => `totp:${userId}`;

/**
 * Makes the secret for an authenticator. It counts once a code of it was shown; until then beginning again replaces it.
 * @throws AppError `conflict` when a second factor is on; as `checkCurrentPassword`
 */
export async function beginSecondFactor(
  ctx: AccountContext,
  person: Person,
  currentPassword: string,
): Promise<{ secret: string; uri: string }> {
  const user = await checkCurrentPassword(ctx, person, currentPassword);
  const secret = makeTotpSecret();
  const fresh = {
    sealed_secret: ctx.sealer.seal(purposeOf(user.id), secret.toString('base64')),
    created_at: ctx.clock.now(),
    last_step: 0n,
  };
  const begun = await inScope(ctx, { userId: user.id }, (tx) =>
    tx
      .insertInto('second_factors')
      .values({ user_id: user.id, ...fresh })
      .onConflict((conflict) =>
        conflict
          .column('user_id')
          .doUpdateSet({ sealed_secret: fresh.sealed_secret, last_step: 0n })
          .where('second_factors.confirmed_at', 'is', null),
      )
      .returning('user_id')
      .executeTakeFirst(),
  );
  if (!begun) throw new AppError('conflict', 'Two-factor authentication is on already: turn it off first');
  return { secret: toBase32(secret), uri: totpUri(secret, user.email) };
}

/**
 * Turns the second factor on, by a code that shows that the authenticator has the secret.
 * @returns the recovery codes, which are shown once
 * @throws AppError `invalid_request` at `code`; `conflict` when none was begun, or it is on
 */
export async function confirmSecondFactor(ctx: AccountContext, person: Person, code: string): Promise<string[]> {
  const attempt = { account: person.email, address: '', device: `session ${person.sessionId}` };
  await ctx.attempts.claim('code', attempt);
  const codes = await inScope(ctx, { userId: person.userId }, async (tx) => {
    const factor = await findFactor(tx, person.userId);
    if (!factor || factor.confirmed) throw new AppError('conflict', 'Begin with the password');
    if (!(await takeCode(ctx, tx, person.userId, code))) {
      throw invalidField('code', 'this is not the code of this moment; is the clock of your phone right?');
    }
    await tx
      .updateTable('second_factors')
      .set({ confirmed_at: ctx.clock.now() })
      .where('user_id', '=', person.userId)
      .execute();
    return replaceRecoveryCodes(tx, person.userId);
  });
  await ctx.attempts.succeed('code', attempt);
  await notify(ctx, person.email, 'twoFactorOn');
  return codes;
}

/** Turns the second factor off. Where there is none, nothing happens. @throws AppError as `checkCurrentPassword` */
export async function endSecondFactor(ctx: AccountContext, person: Person, currentPassword: string): Promise<void> {
  await checkCurrentPassword(ctx, person, currentPassword);
  const ended = await inScope(ctx, { userId: person.userId }, (tx) => removeSecondFactor(tx, person.userId));
  if (ended) await notify(ctx, person.email, 'twoFactorOff');
}

/** @returns whether one was on. Needs the scope of the person. */
export async function removeSecondFactor(tx: Tx, userId: number): Promise<boolean> {
  const removed = await tx
    .deleteFrom('second_factors')
    .where('user_id', '=', userId)
    .returning('confirmed_at')
    .executeTakeFirst();
  return removed !== undefined && removed.confirmed_at !== null;
}

/** New recovery codes in the place of the old ones. @throws AppError `conflict` when there is no second factor */
export async function renewRecoveryCodes(
  ctx: AccountContext,
  person: Person,
  currentPassword: string,
): Promise<string[]> {
  await checkCurrentPassword(ctx, person, currentPassword);
  const codes = await inScope(ctx, { userId: person.userId }, async (tx) => {
    const factor = await findFactor(tx, person.userId);
    if (!factor?.confirmed) throw new AppError('conflict', 'Two-factor authentication is off');
    return replaceRecoveryCodes(tx, person.userId);
  });
  await notify(ctx, person.email, 'recoveryCodesMade');
  return codes;
}

/** Whether logging in asks for a code. Needs the scope of the person. */
export async function hasSecondFactor(tx: Tx, userId: number): Promise<boolean> {
  const factor = await tx
    .selectFrom('second_factors')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst();
  return factor !== undefined;
}

async function findFactor(tx: Tx, userId: number) {
  const row = await tx
    .selectFrom('second_factors')
    .select(['sealed_secret as sealed', 'last_step as lastStep', 'confirmed_at as confirmedAt'])
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst();
  return row && { ...row, confirmed: row.confirmedAt !== null };
}

/**
 * Whether it is a code of the person's authenticator that was not taken yet; it is then. The row's lock makes two that come
 * with the same code come one after the other. Needs the scope of the person.
 */
export async function takeCode(ctx: AccountContext, tx: Tx, userId: number, code: string): Promise<boolean> {
  const factor = await findFactor(tx, userId);
  if (!factor) return false;
  const secret = Buffer.from(ctx.sealer.open(purposeOf(userId), factor.sealed), 'base64');
  const step = findStep(secret, code.replaceAll(/\s/g, ''), ctx.clock.now(), Number(factor.lastStep));
  if (step === undefined) return false;
  await tx
    .updateTable('second_factors')
    .set({ last_step: BigInt(step) })
    .where('user_id', '=', userId)
    .execute();
  return true;
}
