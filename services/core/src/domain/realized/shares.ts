import type { WhatIfChange } from '../../contract/whatif.ts';
import type { DayFigures } from './figures.ts';

/** How the text of prompts was cached: tokens, all of them and parts of them. */
export type Shares = DayFigures['old']['tokens'];

/** As a change that caches that much of every prompt. */
export function sharesOf(tokens: Shares): NonNullable<WhatIfChange['caching']> {
  const share = (part: number) => (tokens.input > 0 ? part / tokens.input : 0);
  const read = Math.min(1, share(tokens.cacheRead));
  return {
    readShare: read,
    writeShare: Math.min(1 - read, share(tokens.cacheWrite5m + tokens.cacheWrite1h)),
    writeTtl: tokens.cacheWrite1h > tokens.cacheWrite5m ? '1h' : '5m',
  };
}

/** Of days together. */
export function addShares(days: readonly DayFigures[], side: 'old' | 'new'): Shares {
  const sum: Shares = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
  for (const day of days) {
    const { tokens } = day[side];
    for (const name of Object.keys(sum) as (keyof Shares)[]) sum[name] += tokens[name];
  }
  return sum;
}
