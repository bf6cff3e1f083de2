/** The first `free` attempts are not held up; then the wait doubles from `firstMs` to `mostMs`. */
export interface DelayRule {
  free: number;
  firstMs: number;
  mostMs: number;
}

/** How long the attempt after the `n`-th has to wait. */
export const delayAfter = (n: number, { free, firstMs, mostMs }: DelayRule): number =>
  n < free ? 0 : Math.min(mostMs, firstMs * 2 ** (n - free));

/** One attempt, and all that decides whether it may be made. */
interface Claim {
  now: number;
  place: { key: string; rule: DelayRule };
  /** Applies unless the place is trusted. */
  strangers: { key: string; rule: DelayRule };
  trustKey: string;
  trusted: boolean;
  forgetMs: number;
}

/** Where attempts are counted. */
export interface Counters {
  /** Counts one attempt, or says how many milliseconds it comes too early. */
  claim(claim: Claim): Promise<number>;
  clear(key: string): Promise<void>;
  trust(key: string, forMs: number): Promise<void>;
}
