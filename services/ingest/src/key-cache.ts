import { MINUTE, SECOND } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import { findKeyOwner, type KeyOwner, touchKeys } from '@tokengrip/core/domain/keys/authenticate-key';
import { hashKeySecret, looksLikeKey } from '@tokengrip/core/domain/keys/key-secret';
import { AppError } from '@tokengrip/core/errors';

/** For the day that the message of a revoked key is missed. */
const LIFE_MS = 30 * SECOND;
const TOUCH_EVERY_MS = MINUTE;
const MAX_ENTRIES = 10_000;

export interface KeyCache {
  /**
   * Whose key this is.
   * @throws AppError `unauthenticated` for anything that is not a live key
   */
  authenticate(secret: string | undefined): Promise<KeyOwner>;
  /** Forgets everything: a key or a project has changed somewhere. */
  clear(): void;
  /** Writes down when keys were last used. */
  flush(): Promise<void>;
}

/** Keys that were looked up lately, by hash; a secret itself is kept nowhere. */
export function createKeyCache(ctx: Context): KeyCache {
  const entries = new Map<string, { owner: Promise<KeyOwner | undefined>; until: number }>();
  const lastUsed = new Map<number, Date>();
  const touched = new Map<number, number>();

  function find(secret: string): Promise<KeyOwner | undefined> {
    const hash = hashKeySecret(secret).toString('base64');
    const now = ctx.clock.now();
    const known = entries.get(hash);
    if (known && known.until > now.getTime()) return known.owner;
    // Bounded against somebody who tries keys; the oldest entry goes first.
    const [oldest] = entries.keys();
    if (entries.size >= MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
    const owner = findKeyOwner(ctx.db, secret, now);
    entries.set(hash, { owner, until: now.getTime() + LIFE_MS });
    owner.catch(() => entries.delete(hash));
    return owner;
  }

  return {
    async authenticate(secret) {
      if (secret === undefined) {
        throw new AppError('unauthenticated', 'Send the API key as `Authorization: Bearer tgk_…` or as `x-api-key`');
      }
      const owner = looksLikeKey(secret) ? await find(secret) : undefined;
      const now = ctx.clock.now();
      if (!owner || (owner.expiresAt !== null && owner.expiresAt <= now)) {
        throw new AppError('unauthenticated', 'The API key is unknown, revoked or expired');
      }
      lastUsed.set(owner.keyId, now);
      return owner;
    },
    clear: () => entries.clear(),
    async flush() {
      const now = ctx.clock.now().getTime();
      const due = new Map([...lastUsed].filter(([keyId]) => now - (touched.get(keyId) ?? 0) >= TOUCH_EVERY_MS));
      lastUsed.clear();
      for (const keyId of due.keys()) touched.set(keyId, now);
      await touchKeys(ctx.db, due);
    },
  };
}
