import type { Random } from './random.ts';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Two characters at a time halve the number of concatenations. */
const PAIRS = Array.from(BASE62).flatMap((first) => Array.from(BASE62, (second) => first + second));

function byte(value: number): string {
  return BYTES[value & 0xff] ?? '';
}

/** 8 hex digits. */
export function hex32(value: number): string {
  return byte(value >>> 24) + byte(value >>> 16) + byte(value >>> 8) + byte(value);
}

/** 4 hex digits. */
function hex16(value: number): string {
  return byte(value >>> 8) + byte(value);
}

/** 32 hex digits. */
export function hex128(random: Random): string {
  return hex32(random.bits()) + hex32(random.bits()) + hex32(random.bits()) + hex32(random.bits());
}

/** Letters and digits; the length is even. */
export function base62(random: Random, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 2) text += PAIRS[random.below(PAIRS.length)];
  return text;
}

/** A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, the rest random. */
export function uuidV7(instant: number, random: Random): string {
  const high = Math.floor(instant / 0x1_0000);
  const low = instant % 0x1_0000;
  const a = random.bits();
  const b = random.bits();
  const version = 0x7000 | (a & 0x0fff);
  const variant = 0x8000 | ((a >>> 12) & 0x3fff);
  return `${hex32(high)}-${hex16(low)}-${hex16(version)}-${hex16(variant)}-${hex16(b >>> 16)}${hex32(random.bits())}`;
}

/** A UUID of version 4, for providers that name their responses so. */
export function uuidV4(random: Random): string {
  const a = random.bits();
  const b = random.bits();
  const version = 0x4000 | (a & 0x0fff);
  const variant = 0x8000 | ((a >>> 12) & 0x3fff);
  return `${hex32(random.bits())}-${hex16(b >>> 16)}-${hex16(version)}-${hex16(variant)}-${hex16(b)}${hex32(random.bits())}`;
}

const HOUR_MS = 3_600_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
let prefixHour = Number.NaN;
let hourPrefix = '';

/** `Date.prototype.toISOString` for instants that come in the order of time, most of them in the same hour. */
export function isoInstant(instant: number): string {
  const hour = Math.floor(instant / HOUR_MS);
  if (hour !== prefixHour) {
    prefixHour = hour;
    hourPrefix = new Date(hour * HOUR_MS).toISOString().slice(0, 14);
  }
  const ms = instant - hour * HOUR_MS;
  const seconds = Math.floor(ms / 1_000);
  const millis = String(1_000 + (ms % 1_000)).slice(1);
  return `${hourPrefix}${TWO_DIGITS[Math.floor(seconds / 60)]}:${TWO_DIGITS[seconds % 60]}.${millis}Z`;
}
