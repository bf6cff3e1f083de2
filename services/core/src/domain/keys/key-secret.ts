import { createHash, randomBytes } from 'node:crypto';

/** `tgk_` of a project's key, `tgp_` of a person's token. */
type Prefix = 'tgk_' | 'tgp_';

const SECRET_LENGTH = 40;
const VISIBLE_LENGTH = 10;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new secret: its prefix and 40 letters and digits, about 238 bits. */
export function makeSecret(prefix: Prefix): string {
  let secret: string = prefix;
  // Bytes from 248 on would favour the first letters.
  while (secret.length < prefix.length + SECRET_LENGTH) {
    for (const byte of randomBytes(64)) {
      if (byte < 248 && secret.length < prefix.length + SECRET_LENGTH) secret += ALPHABET[byte % ALPHABET.length];
    }
  }
  return secret;
}

/** Whether a text has the form of a key: what has not need not be looked up. */
export const looksLikeKey = (text: string): boolean => /^tgk_[0-9A-Za-z]{40}$/.test(text);

export const looksLikeToken = (text: string): boolean => /^tgp_[0-9A-Za-z]{40}$/.test(text);

/** SHA-256: a key is random, so that there is nothing to guess that a slow hash would protect. */
export const hashKeySecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const visiblePrefix = (secret: string): string => secret.slice(0, VISIBLE_LENGTH);
