import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachePrompt } from './caching.ts';
import { Random } from './random.ts';
import type { CacheProfile } from './types.ts';

const automatic: CacheProfile = { kind: 'automatic', blockTokens: 128, minimumTokens: 1_024 };
const marked: CacheProfile = { kind: 'marked', minimumTokens: 1_024 };
const marks = { prefix: '1h', conversation: '5m' } as const;
const MINUTE = 60_000;

const prompts = fc
  .record({ prefix: fc.nat(20_000), history: fc.nat(50_000), added: fc.integer({ min: 1, max: 20_000 }) })
  .chain(({ prefix, history, added }) =>
    fc.record({
      promptTokens: fc.constant(prefix + history + added),
      prefixTokens: fc.constant(prefix),
      previousPromptTokens: fc.constantFrom(0, prefix + history),
      sincePreviousMs: fc.nat(3_600_000),
      startsPerHour: fc.double({ min: 0, max: 500, noNaN: true }),
    }),
  );

describe('cachePrompt', () => {
  it('never reads and writes more than the prompt has, and never less than nothing', () => {
    const caches = fc.constantFrom<CacheProfile | undefined>(
      undefined,
      automatic,
      { ...automatic, billsWrites: true },
      marked,
    );
    const allMarks = fc.constantFrom(undefined, marks, { prefix: '5m' } as const, { ...marks, prefix: '5m' as const });
    fc.assert(
      fc.property(prompts, caches, allMarks, fc.integer(), (prompt, cache, own, seed) => {
        const { read, write5m, write1h } = cachePrompt(cache, own, prompt, new Random(seed, 0, 0));
        for (const tokens of [read, write5m, write1h]) expect(Number.isInteger(tokens) && tokens >= 0).toBe(true);
        expect(read + write5m + write1h).toBeLessThanOrEqual(prompt.promptTokens);
        if (prompt.promptTokens < 1_024 || !cache) expect(read + write5m + write1h).toBe(0);
        if (cache === automatic) expect([read % 128, write5m + write1h]).toEqual([0, 0]);
      }),
    );
  });

  const second = { promptTokens: 6_000, prefixTokens: 3_000, previousPromptTokens: 5_000, startsPerHour: 0 };

  it('reads the whole prompt of the call before, and writes what is new, within the time to live', () => {
    const random = new Random(1, 0, 0);
    expect(cachePrompt(marked, marks, { ...second, sincePreviousMs: 4 * MINUTE }, random)).toEqual({
      read: 4_996,
      write5m: 1_000,
      write1h: 0,
    });
  });

  it('writes everything again after it, the prefix with its own time to live', () => {
    const random = new Random(1, 0, 0);
    expect(cachePrompt(marked, marks, { ...second, sincePreviousMs: 6 * MINUTE }, random)).toEqual({
      read: 0,
      write5m: 2_996,
      write1h: 3_000,
    });
  });

  it('keeps a prefix warm by other conversations, the longer the better', () => {
    const random = new Random(2, 0, 0);
    const hits = (prefix: '5m' | '1h') => {
      const first = { ...second, previousPromptTokens: 0, sincePreviousMs: 0, startsPerHour: 2 };
      const reads = Array.from({ length: 4_000 }, () => cachePrompt(marked, { prefix }, first, random).read);
      return reads.filter((read) => read === 3_000).length / reads.length;
    };
    expect(hits('5m')).toBeCloseTo(1 - Math.exp(-2 / 12), 1);
    expect(hits('1h')).toBeCloseTo(1 - Math.exp(-2), 1);
  });

  it('bills what an automatic cache writes only where the provider does', () => {
    const first = { ...second, previousPromptTokens: 0, sincePreviousMs: 0 };
    const random = new Random(3, 0, 0);
    expect(cachePrompt(automatic, undefined, first, random)).toEqual({ read: 0, write5m: 0, write1h: 0 });
    expect(cachePrompt({ ...automatic, billsWrites: true }, undefined, first, random)).toMatchObject({
      write5m: 5_888,
    });
  });
});
