import { type Counters, delayAfter } from './attempt-counters.ts';

/** Who fills this many has Redis away and very many addresses; the oldest are forgotten. */
const MOST_ENTRIES = 10_000;

interface Count {
  n: number;
  next: number;
  until: number;
}

/** Counters of this process alone. */
export function createMemoryCounters(): Counters {
  const counts = new Map<string, Count>();
  const trusted = new Set<string>();

  const read = (key: string, now: number): Count => {
    const found = counts.get(key);
    return found && found.until > now ? found : { n: 0, next: 0, until: 0 };
  };
  return {
    async claim({ now, place, strangers, trustKey, forgetMs, ...claim }) {
      const applied = claim.trusted || trusted.has(trustKey) ? [place] : [place, strangers];
      const waitMs = Math.max(0, ...applied.map(({ key }) => read(key, now).next - now));
      if (waitMs > 0) return waitMs;
      for (const { key, rule } of applied) {
        const n = read(key, now).n + 1;
        // Set anew, it becomes the youngest.
        counts.delete(key);
        counts.set(key, { n, next: now + delayAfter(n, rule), until: now + forgetMs });
      }
      for (const key of counts.keys()) {
        if (counts.size <= MOST_ENTRIES) break;
        counts.delete(key);
      }
      return 0;
    },
    async clear(key) {
      counts.delete(key);
    },
    async trust(key) {
      if (trusted.size < MOST_ENTRIES) trusted.add(key);
    },
  };
}
