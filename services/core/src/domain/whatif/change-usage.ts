import type { WhatIfChange } from '../../contract/whatif.ts';
import type { NormalUsage, TokenClass, TokenCounts } from '../../usage/normal-form.ts';

/** A change with its shares and factors as whole numbers, so that tokens come out the same everywhere. */
export interface UsageChange {
  serviceTier: string | undefined;
  caching: { readTenThousandths: number; writeTenThousandths: number; writeTtl: '5m' | '1h' } | undefined;
  inputThousandths: number;
  outputThousandths: number;
}

export function usageChange({ serviceTier, caching, tokens }: WhatIfChange): UsageChange {
  return {
    serviceTier,
    caching: caching && {
      readTenThousandths: Math.round(caching.readShare * 10_000),
      writeTenThousandths: Math.round((caching.writeShare ?? 0) * 10_000),
      writeTtl: caching.writeTtl ?? '5m',
    },
    inputThousandths: Math.round((tokens?.inputFactor ?? 1) * 1_000),
    outputThousandths: Math.round((tokens?.outputFactor ?? 1) * 1_000),
  };
}

/** What the model that prices the call can do with a cache. */
export interface CacheTerms {
  /** The shortest prompt that it caches. */
  minTokens: number;
  /** It charges for writing apart. */
  chargesWrites: boolean;
}

const TEXT_INPUT = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const satisfies TokenClass[];
const TEXT_OUTPUT = ['output', 'reasoning'] as const satisfies TokenClass[];

/** What a call would have used. Its own `usage` stays as it is. */
export function changeUsage(usage: NormalUsage, change: UsageChange, cache: CacheTerms): NormalUsage {
  const tokens = { ...usage.tokens };
  scale(tokens, TEXT_INPUT, change.inputThousandths);
  scale(tokens, TEXT_OUTPUT, change.outputThousandths);
  if (change.caching) divide(tokens, change.caching, cache);
  return { ...usage, tokens, ...(change.serviceTier === undefined ? {} : { serviceTier: change.serviceTier }) };
}

function scale(tokens: TokenCounts, classes: readonly TokenClass[], thousandths: number): void {
  if (thousandths === 1_000) return;
  for (const name of classes) {
    const count = tokens[name];
    // At most 1e9 tokens × 1e5: whole numbers far below 2^53.
    if (count) set(tokens, name, Math.floor((count * thousandths + 500) / 1_000));
  }
}

/** Divides the text of the prompt between what is read, what is written, and the rest. */
function divide(tokens: TokenCounts, caching: NonNullable<UsageChange['caching']>, cache: CacheTerms): void {
  const all = textInput(tokens);
  const isCached = all >= cache.minTokens;
  const part = (share: number) => (isCached ? Math.floor((all * share + 5_000) / 10_000) : 0);
  const read = part(caching.readTenThousandths);
  const written = cache.chargesWrites ? Math.min(all - read, part(caching.writeTenThousandths)) : 0;
  set(tokens, 'input', all - read - written);
  set(tokens, 'cacheRead', read);
  set(tokens, 'cacheWrite5m', caching.writeTtl === '5m' ? written : 0);
  set(tokens, 'cacheWrite1h', caching.writeTtl === '1h' ? written : 0);
}

/** The text of the prompt, however it was cached. */
export const textInput = (tokens: TokenCounts): number =>
  TEXT_INPUT.reduce((sum, name) => sum + (tokens[name] ?? 0), 0);

/** An absent class is 0; a class of 0 is absent. */
function set(tokens: TokenCounts, name: TokenClass, count: number): void {
  if (count > 0) tokens[name] = count;
  else delete tokens[name];
}
