import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SECOND } from '../../clock.ts';

const STEP_MS = 30 * SECOND;
const DIGITS = 6;
/** 160 bits, as RFC 4226 recommends; what every authenticator takes. */
const SECRET_BYTES = 20;
/** Steps before and after the present one whose codes count: clocks differ, and people type slowly. */
const WINDOW = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const makeTotpSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** The code of a step of 30 seconds: RFC 6238 on RFC 4226, HMAC-SHA-1, six digits. */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

export const stepAt = (time: Date): number => Math.floor(time.getTime() / STEP_MS);

/**
 * The step that `code` belongs to, the present one or one beside it, if it is later than `lastStep`: each code is taken
 * once, and none that is older than one that was taken (RFC 6238, 5.2).
 */
export function findStep(secret: Buffer, code: string, time: Date, lastStep: number): number | undefined {
  const present = stepAt(time);
  let found: number | undefined;
  for (let step = present - WINDOW; step <= present + WINDOW; step += 1) {
    const expected = Buffer.from(totpCode(secret, step));
    const given = Buffer.from(code);
    if (given.length === expected.length && timingSafeEqual(given, expected) && step > lastStep) found ??= step;
  }
  return found;
}

/** RFC 4648 without padding, as authenticators write it. */
export function toBase32(bytes: Buffer): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += BASE32[(value >>> (bits - 5)) & 31];
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32[(value << (5 - bits)) & 31] : text;
}

/** What a QR code carries: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function totpUri(secret: Buffer, account: string): string {
  const label = `${encodeURIComponent('Tokengrip')}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=Tokengrip&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / SECOND}`;
}
