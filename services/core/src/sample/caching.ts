import type { Random } from './random.ts';
import type { CacheProfile, FeatureProfile } from './types.ts';

/** Automatic caches forget after five to ten minutes without use. */
const AUTOMATIC_MS = 8 * 60_000;
/** Even a recent prompt is missed when the provider sends the next one to another machine. */
const AUTOMATIC_HIT_RATE = 0.93;
const TTL_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 } as const;
/** What follows the mark at the end of the last message. */
const TOKENS_AFTER_MARK = 4;

interface PromptToCache {
  promptTokens: number;
  /** The part that all calls of the feature have in common. */
  prefixTokens: number;
  /** Prompt of the call before in this conversation, which this one continues; 0 for the first. */
  previousPromptTokens: number;
  sincePreviousMs: number;
  /** Other conversations with the same prefix on the same model, which keep it warm. */
  startsPerHour: number;
}

/** Disjoint parts of the prompt; what is in none of them was neither read from the cache nor written to it. */
interface CachedPrompt {
  read: number;
  write5m: number;
  write1h: number;
}

const NOTHING: CachedPrompt = { read: 0, write5m: 0, write1h: 0 };

/** Where starts are independent of each other, this is how likely one came within the time that the cache keeps. */
function isWarm(random: Random, startsPerHour: number, keptMs: number): boolean {
  return random.chance(1 - Math.exp((-startsPerHour * keptMs) / 3_600_000));
}

/** What the provider's cache does with one prompt. */
export function cachePrompt(
  cache: CacheProfile | undefined,
  marks: FeatureProfile['promptCaching'],
  prompt: PromptToCache,
  random: Random,
): CachedPrompt {
  if (!cache || prompt.promptTokens < cache.minimumTokens) return NOTHING;
  if (cache.kind === 'automatic') return cacheAutomatically(cache, prompt, random);
  return marks ? cacheMarked(cache.minimumTokens, marks, prompt, random) : NOTHING;
}

function cacheAutomatically(
  cache: Extract<CacheProfile, { kind: 'automatic' }>,
  prompt: PromptToCache,
  random: Random,
): CachedPrompt {
  let known = 0;
  if (prompt.previousPromptTokens > 0 && prompt.sincePreviousMs < AUTOMATIC_MS && random.chance(AUTOMATIC_HIT_RATE)) {
    known = prompt.previousPromptTokens;
  } else if (isWarm(random, prompt.startsPerHour, AUTOMATIC_MS) && random.chance(AUTOMATIC_HIT_RATE)) {
    known = prompt.prefixTokens;
  }
  const whole = (tokens: number) => Math.floor(tokens / cache.blockTokens) * cache.blockTokens;
  const read = known >= cache.minimumTokens ? whole(Math.min(known, prompt.promptTokens - 1)) : 0;
  return { read, write5m: cache.billsWrites ? whole(prompt.promptTokens - read) : 0, write1h: 0 };
}

function cacheMarked(
  minimumTokens: number,
  marks: NonNullable<FeatureProfile['promptCaching']>,
  prompt: PromptToCache,
  random: Random,
): CachedPrompt {
  const prefix = prompt.prefixTokens >= minimumTokens ? prompt.prefixTokens : 0;
  const end = Math.max(prefix, prompt.promptTokens - TOKENS_AFTER_MARK);
  let read = 0;
  const previous = prompt.previousPromptTokens - TOKENS_AFTER_MARK;
  if (marks.conversation && previous >= minimumTokens && prompt.sincePreviousMs < TTL_MS[marks.conversation]) {
    read = Math.min(previous, end);
  } else if (prefix > 0 && isWarm(random, prompt.startsPerHour, TTL_MS[marks.prefix])) {
    read = prefix;
  }
  const cached: CachedPrompt = { read, write5m: 0, write1h: 0 };
  const write = (ttl: '5m' | '1h', tokens: number) => {
    if (ttl === '1h') cached.write1h += tokens;
    else cached.write5m += tokens;
  };
  const covered = Math.max(read, prefix);
  if (read < prefix) write(marks.prefix, prefix - read);
  if (marks.conversation) write(marks.conversation, end - covered);
  return cached;
}
