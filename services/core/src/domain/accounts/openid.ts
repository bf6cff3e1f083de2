import { createHash } from 'node:crypto';
import type { Tx } from '../../db/scope.ts';

/** Whom a provider has recognized, as far as it was verified. */
export interface OpenIdPerson {
  issuer: string;
  /** The provider's own name for the account, which it never gives to another. */
  subject: string;
  /** As addresses are kept; only where the provider says that it is verified. */
  verifiedEmail: string | undefined;
  name: string | undefined;
  /** The provider has asked for a second factor, and is believed. */
  multiFactor: boolean;
}

/** What is kept of the name that a provider has for somebody; also what lets its row be seen before it is known whose it is. */
export const identityHash = ({ issuer, subject }: Pick<OpenIdPerson, 'issuer' | 'subject'>): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest();

/**
 * From now on the provider's account opens this one. Needs the scope of the person.
 * @returns false when either of them belongs to another one already
 */
export async function addIdentity(tx: Tx, userId: number, person: OpenIdPerson, now: Date): Promise<boolean> {
  const added = await tx
    .insertInto('openid_identities')
    .values({
      hash: identityHash(person),
      user_id: userId,
      issuer: person.issuer,
      created_at: now,
      last_used_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .executeTakeFirst();
  return added !== undefined;
}
