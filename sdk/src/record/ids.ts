import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn for many ids at once: a draw costs more than the id. */
const POOL_BYTES = 10 * 128;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** A UUIDv7 (RFC 9562): 48 bits of milliseconds since 1970, then random bits. */
export function uuidV7(unixMs: number): string {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const time = Math.trunc(unixMs).toString(16).padStart(12, '0');
  pool[used] = ((pool[used] ?? 0) & 0x0f) | 0x70;
  pool[used + 2] = ((pool[used + 2] ?? 0) & 0x3f) | 0x80;
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  return `${time.slice(0, 8)}-${time.slice(8)}-${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}`;
}
