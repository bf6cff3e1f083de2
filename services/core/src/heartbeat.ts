import { MINUTE } from './clock.ts';
import type { Log } from './log.ts';

const HEARTBEAT_MS = MINUTE;

/**
 * Does `work`, and says again and again meanwhile that somebody is at it: a single statement of it may take longer than what
 * somebody who looks would wait for a dead worker. A beat that fails is made up for by the next.
 */
export async function withHeartbeat<T>(
  log: Log,
  beat: () => Promise<unknown>,
  work: () => Promise<T>,
  everyMs = HEARTBEAT_MS,
): Promise<T> {
  const timer = setInterval(() => {
    beat().catch((error: unknown) => log.debug({ err: error }, 'a heartbeat is missed'));
  }, everyMs);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
