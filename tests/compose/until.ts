import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Waits until the condition holds; one that throws does not hold yet.
 * @throws when it does not within the time
 */
export async function until(condition: () => Promise<boolean>, what: string, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let reason: unknown;
  while (performance.now() < deadline) {
    try {
      if (await condition()) return;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
    await delay(POLL_MS);
  }
  throw new Error(`waited ${timeoutMs / 1_000} s in vain until ${what}${reason ? `: ${String(reason)}` : ''}`);
}
