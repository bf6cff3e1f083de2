import { createHash, randomBytes } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a sender's id becomes in the database, and the time inside it if it carries one. */
export interface EventId {
  uuid: string;
  /** Milliseconds since 1970. */
  timeMs: number | undefined;
}

/**
 * A UUID is taken as it is; a UUIDv7 (RFC 9562, 5.7) tells its time. Any other id becomes the UUIDv8 made of its
 * SHA-256, so that the same id is always the same event.
 */
export function readEventId(id: string): EventId {
  const lower = id.toLowerCase();
  if (!UUID.test(lower)) return { uuid: hashedUuid(id), timeMs: undefined };
  const isV7 = lower[14] === '7';
  return { uuid: lower, timeMs: isV7 ? Number.parseInt(lower.slice(0, 8) + lower.slice(9, 13), 16) : undefined };
}

function hashedUuid(id: string): string {
  const bytes = createHash('sha256').update(id).digest().subarray(0, 16);
  return formatUuid(bytes, 8);
}

/** A new UUIDv7 of the given time, for a sender that made none. */
export function makeEventId(time: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(time.getTime(), 0, 6);
  return formatUuid(bytes, 7);
}

function formatUuid(bytes: Buffer, version: 7 | 8): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
