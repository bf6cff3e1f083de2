import { createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 random bits, as base64url: 43 characters. */
export const makeToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of a token. It is random, so that there is nothing to guess that a slow hash would protect. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * The token that follows another one. Whoever has the token and the row's nonce finds the same successor again, and the
 * database alone knows neither token.
 */
export const successorOf = (token: string, nonce: Buffer): string =>
  createHmac('sha256', token).update('tokengrip refresh successor').update(nonce).digest('base64url');
