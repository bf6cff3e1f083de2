import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '../../db/scope.ts';

const HOW_MANY = 10;
/** No letters that are taken for others: Crockford's Base32. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 16;

/** 80 random bits, as `3f8k-wq2m-x0tz-71ch`. */
function makeCode(): string {
  const code = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte & 31]).join('');
  return code.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** However it was typed: with spaces, in capitals, with the letters that look like digits. */
const normalize = (code: string): string =>
  code
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1');

/** A code is random enough for a fast hash; with the person in it, no two hashes are the same. */
const hashCode = (userId: number, code: string): Buffer =>
  createHash('sha256')
    .update(`tokengrip recovery code:${userId}:${normalize(code)}`)
    .digest();

/** Replaces a person's recovery codes. Needs the scope of the person. */
export async function replaceRecoveryCodes(tx: Tx, userId: number): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, makeCode);
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx
    .insertInto('recovery_codes')
    .values(codes.map((code) => ({ user_id: userId, hash: hashCode(userId, code) })))
    .execute();
  return codes;
}

/** Uses a code up. @returns false when it is unknown or used. Needs the scope of the person. */
export async function useRecoveryCode(tx: Tx, now: Date, userId: number, code: string): Promise<boolean> {
  const used = await tx
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('hash', '=', hashCode(userId, code))
    .where('used_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst();
  return used !== undefined;
}
