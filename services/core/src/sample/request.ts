import { DAY } from './calendar.ts';
import { hashOf, hashOfText, Random } from './random.ts';
import { hex32, hex128 } from './text.ts';
import type { FeatureProfile } from './types.ts';

/** Requests of one feature and day that are sent more than once. */
const REPEATED_TEXTS = 40;

/** The instructions that all requests of a feature begin with. */
export interface Prefix {
  hash: string;
  tokens: number;
}

/** The instructions of each feature, which are rewritten now and then and change in length. */
export class Prefixes {
  private readonly seed: number;
  /** The last one used, by feature: time goes forward. */
  private readonly recent = new Map<FeatureProfile, { version: number; prefix: Prefix }>();

  constructor(seed: number) {
    this.seed = seed;
  }

  at(feature: FeatureProfile, instant: number): Prefix {
    const key = hashOf(this.seed, hashOfText(feature.name), 21);
    const version = Math.floor(instant / ((feature.prefixDays ?? 30) * DAY) + (key % 100) / 100);
    const recent = this.recent.get(feature);
    if (recent?.version === version) return recent.prefix;
    const part = (index: number) => hex32(hashOf(key, version, index));
    const length = 0.9 + (hashOf(key, version) % 26) / 100;
    const prefix = {
      hash: part(1) + part(2) + part(3) + part(4),
      tokens: Math.round(feature.prefixTokens * length),
    };
    this.recent.set(feature, { version, prefix });
    return prefix;
  }
}

/** What the caller adds to the instructions, in tokens of a model with a `tokenFactor` of 1. */
export interface Request {
  hash: string;
  /** Sent with the first call, and part of the history from then on. */
  document: number;
  images: number;
  input: number;
}

/**
 * Draws requests. A repeated one is drawn from a stream of its own, so that the same text has the same length and hash
 * whenever it comes.
 */
export class Requests {
  private readonly seed: number;
  private readonly repeated = new Random(0, 0, 0);

  constructor(seed: number) {
    this.seed = seed;
  }

  draw(feature: FeatureProfile, isFirst: boolean, instant: number, random: Random): Request {
    let source = random;
    if (feature.repeats && random.chance(feature.repeats)) {
      const text = Math.floor(instant / DAY) * REPEATED_TEXTS + random.below(REPEATED_TEXTS);
      this.repeated.seed(this.seed, hashOfText(feature.name), text);
      source = this.repeated;
    }
    return {
      hash: hex128(source),
      document: isFirst && feature.document ? source.spread(feature.document) : 0,
      images: isFirst && feature.images ? source.spread(feature.images) : 0,
      input: source.spread(feature.input),
    };
  }
}
