/**
 * Seeded randomness. Everything that is drawn comes from a stream that is keyed by what it is for (seed, hour, feature),
 * so that any hour can be generated alone, in any order, with the same result.
 */

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): every bit of the input moves every bit of the output. */
function finalize(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 bits that stand for this sequence of whole numbers; their order counts. */
export function hashOf(first: number, second = 0, third = 0, fourth = 0): number {
  let h = finalize((first | 0) + 0x9e3779b9);
  h = finalize((h ^ second) + 0x9e3779b9);
  h = finalize((h ^ third) + 0x9e3779b9);
  return finalize((h ^ fourth) + 0x9e3779b9);
}

/** FNV-1a over the UTF-16 units, finalized. */
export function hashOfText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return finalize(h);
}

/** The hash as a fraction, 0 to just below 1. */
export function fractionOf(hash: number): number {
  return hash / 0x1_0000_0000;
}

/** A standard normal value that belongs to this hash (Box-Muller). */
export function normalOf(hash: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - fractionOf(hash)));
  return radius * Math.cos(2 * Math.PI * fractionOf(finalize(hash + 0x9e3779b9)));
}

/** A distribution of positive whole numbers: lognormal around its median, cut at both ends. */
export interface Spread {
  median: number;
  /** Standard deviation of the logarithm: 0.3 is narrow, 1 has a long tail. */
  sigma: number;
  min?: number;
  max: number;
}

/** sfc32 by Chris Doty-Humphrey (PractRand, public domain): 128 bits of state, passes PractRand and BigCrush. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  constructor(first: number, second: number, third: number) {
    this.seed(first, second, third);
  }

  /** Starts the stream of this key. Fifteen rounds mix the key into the state, as in PractRand's own seeding. */
  seed(first: number, second: number, third: number): void {
    this.a = first | 0;
    this.b = second | 0;
    this.c = third | 0;
    this.counter = 1;
    for (let i = 0; i < 15; i++) this.bits();
  }

  /** 32 random bits as an unsigned number. */
  bits(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** 0 to just below 1. */
  fraction(): number {
    return this.bits() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    for (;;) {
      const x = 2 * this.fraction() - 1;
      const y = 2 * this.fraction() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** A factor around 1 with this logarithmic deviation. */
  jitter(sigma: number): number {
    return Math.exp(sigma * this.normal());
  }

  /** A whole number of this distribution. */
  spread({ median, sigma, min = 1, max }: Spread): number {
    const value = Math.round(median * this.jitter(sigma));
    return value < min ? min : value > max ? max : value;
  }

  /** Poisson by Knuth's product; above 30 by the normal that it approaches. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.fraction(); product > limit; product *= this.fraction()) count++;
    return count;
  }

  /** Index into cumulative weights, whose last entry is their sum. */
  pick(cumulative: ArrayLike<number>): number {
    const target = this.fraction() * (cumulative[cumulative.length - 1] ?? 0);
    let index = 0;
    while (index < cumulative.length - 1 && target >= (cumulative[index] ?? 0)) index++;
    return index;
  }
}
