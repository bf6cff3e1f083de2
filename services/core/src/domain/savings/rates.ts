import type { Catalog } from '../../cost/catalog.ts';
import { explainUsage } from '../../cost/price-usage.ts';
import { INPUT_TOKEN_CLASSES, type TokenClass } from '../../usage/normal-form.ts';

/**
 * Sizes of prompts above which some model has other rates. Calls are summed up by the band that they lie in, so that a sum
 * of them is priced as each of them.
 */
export const SIZE_BOUNDS = [128_000, 200_000, 256_000, 272_000, 512_000] as const;

export type Tokens = Partial<Record<TokenClass, bigint>>;

/** Sums of calls that are priced alike. */
export interface Use {
  provider: string;
  model: string;
  tier: string | null;
  region: string | null;
  speed: string | null;
  /** How many of `SIZE_BOUNDS` the prompts exceed. */
  band: number;
  tokens: Tokens;
}

interface Rate {
  picoUsd: bigint;
  /** What the amount is for. */
  tokens: bigint;
}

/** A round number of tokens, below the smallest bound and large enough to keep every decimal of a rate. */
const SAMPLE = 100_000;

const INPUT_CLASSES: ReadonlySet<string> = new Set(INPUT_TOKEN_CLASSES);

export const bandOf = (promptTokens: number): number => SIZE_BOUNDS.filter((bound) => promptTokens > bound).length;

/** What sums of calls cost by the price in effect at a moment. Every rate is what the engine bills a call by. */
export class Rates {
  readonly #catalog: Catalog;
  readonly #at: number;
  readonly #known = new Map<string, Rate | undefined>();

  constructor(catalog: Catalog, at: Date) {
    this.#catalog = catalog;
    this.#at = at.getTime();
  }

  /** Tokens alone, without tools and units; undefined where a rate is not known. */
  cost(use: Use): bigint | undefined {
    let picoUsd = 0n;
    for (const [name, tokens] of Object.entries(use.tokens) as [TokenClass, bigint][]) {
      if (tokens === 0n) continue;
      const rate = this.#rate(use, name);
      if (rate === undefined) return undefined;
      picoUsd += (tokens * rate.picoUsd) / rate.tokens;
    }
    return picoUsd;
  }

  #rate(use: Use, tokenClass: TokenClass): Rate | undefined {
    const name = [use.provider, use.model, use.tier, use.region, use.speed, use.band, tokenClass].join('\0');
    if (this.#known.has(name)) return this.#known.get(name);
    const rate = this.#read(use, tokenClass);
    this.#known.set(name, rate);
    return rate;
  }

  #read({ provider, model, tier, region, speed, band }: Use, tokenClass: TokenClass): Rate | undefined {
    // A prompt that lies in the band, whatever else the call has.
    const prompt = band === 0 ? SAMPLE : (SIZE_BOUNDS[band - 1] ?? 0) + 1_000;
    const tokens = INPUT_CLASSES.has(tokenClass) ? { [tokenClass]: prompt } : { input: prompt, [tokenClass]: SAMPLE };
    const lines = explainUsage(this.#catalog, {
      provider,
      model,
      timestampMs: this.#at,
      usage: {
        tokens,
        approximate: [],
        ...(tier === null ? {} : { serviceTier: tier }),
        ...(region === null ? {} : { region }),
        ...(speed === null ? {} : { speed }),
      },
    });
    const line = lines.find(({ costClass }) => costClass === tokenClass);
    return line && { picoUsd: line.amountPicoUsd, tokens: BigInt(line.quantity) };
  }
}
