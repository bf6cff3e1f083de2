import { useSyncExternalStore } from 'react';

/** One timer for all texts such as "12 s ago", stopped when nobody looks. */
function createTicker(intervalMs: number) {
  let current = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const listeners = new Set<() => void>();
  const tick = () => {
    if (document.hidden) return;
    current = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      if (timer === undefined) {
        current = Date.now();
        timer = setInterval(tick, intervalMs);
        document.addEventListener('visibilitychange', tick);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
        document.removeEventListener('visibilitychange', tick);
      };
    },
    read: () => current,
  };
}

const seconds = createTicker(1_000);

/** The time, to the second. */
export const useNow = (): number => useSyncExternalStore(seconds.subscribe, seconds.read);

/** The beginning of the current minute; changes once a minute. */
export const useMinute = (): number =>
  useSyncExternalStore(seconds.subscribe, () => Math.floor(seconds.read() / 60_000) * 60_000);
