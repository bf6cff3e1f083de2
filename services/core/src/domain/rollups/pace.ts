/** How much longer a day rests than it took to derive: a tenth of a worker's time at most goes into one day. */
const REST_FACTOR = 10;

/**
 * Keeps a day that is written to all the time from being derived all the time. Nothing is behind for it: a day that
 * waits is read from the finer tables. Kept in a worker's memory; the worst that forgetting does is one derivation more.
 */
export interface Pace {
  mayDerive(projectId: number, day: Date): boolean;
  /** Notes that a day was derived just now, and how long it took. */
  derived(projectId: number, day: Date, tookMs: number): void;
}

export function createPace(nowMs: () => number = () => performance.now()): Pace {
  const restsUntil = new Map<string, number>();
  const keyOf = (projectId: number, day: Date) => `${projectId} ${day.getTime()}`;
  return {
    mayDerive: (projectId, day) => (restsUntil.get(keyOf(projectId, day)) ?? 0) <= nowMs(),
    derived(projectId, day, tookMs) {
      for (const [key, until] of restsUntil) if (until <= nowMs()) restsUntil.delete(key);
      restsUntil.set(keyOf(projectId, day), nowMs() + REST_FACTOR * tookMs);
    },
  };
}
