import type { Clock } from '@tokengrip/core/clock';

/**
 * A value that is loaded when it is first needed and again when it is older than `maxAgeMs`. While the new one is being
 * loaded, and when that fails, the old one serves: only the first load can fail.
 */
export function refreshed<T>(
  clock: Clock,
  maxAgeMs: number,
  load: () => Promise<T>,
  onError: (error: unknown) => void,
) {
  let current: { value: T; loadedAt: number } | undefined;
  let loading: Promise<T> | undefined;

  function reload(): Promise<T> {
    loading ??= load()
      .then((value) => {
        current = { value, loadedAt: clock.now().getTime() };
        return value;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  return {
    async get(): Promise<T> {
      if (!current) return reload();
      if (clock.now().getTime() - current.loadedAt > maxAgeMs) reload().catch(onError);
      return current.value;
    },
    /** Loads at the next use, which waits for it. */
    expire(): void {
      current = undefined;
    },
  };
}
