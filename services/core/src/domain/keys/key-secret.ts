import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'tgk_';
const SECRET_LENGTH = 40;
const VISIBLE_LENGTH = 10;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new API key: `tgk_` and 40 letters and digits, about 238 bits. */
export function makeKeySecret(): string {
  let secret = PREFIX;
  // Bytes from 248 on would favour the first letters.
  while (secret.length < PREFIX.length + SECRET_LENGTH) {
    for (const byte of randomBytes(64)) {
      if (byte < 248 && secret.length < PREFIX.length + SECRET_LENGTH) secret += ALPHABET[byte % ALPHABET.length];
    }
  }
  return secret;
}

/** Whether a text has the form of a key: what has not need not be looked up. */
export const looksLikeKey = (text: string): boolean => /^tgk_[0-9A-Za-z]{40}$/.test(text);

/** SHA-256: a key is random, so that there is nothing to guess that a slow hash would protect. */
export const hashKeySecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const visiblePrefix = (secret: string): string => secret.slice(0, VISIBLE_LENGTH);
