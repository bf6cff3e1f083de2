import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NormalUsage, TokenCounts } from '../usage/normal-form.ts';
import { compilePrice } from './compiled-price.ts';
import { formatDecimal, parseDecimal, RATE_DECIMALS } from './decimal.ts';
import { parseFieldName } from './field-name.ts';
import { explainCall, priceCall } from './price-call.ts';
import { formatSnapshot, parsePriceFile, SNAPSHOT_FORMAT } from './price-file.ts';

const text = await readFile(new URL('../../prices/snapshot.json', import.meta.url), 'utf8');
const parsed = parsePriceFile(text);
if (parsed.status === 'refused') throw new Error(parsed.reason);
const { entries, edition, source, refused } = parsed;
const models = [...entries.keys()];

describe('the shipped snapshot', () => {
  it('is in our own form, whole, and says where it is from', () => {
    expect(parsed).toMatchObject({ form: 'snapshot', refused: [] });
    expect(source).toContain('LiteLLM');
    expect(edition).toMatch(/^\d{4}-\d{2}/);
    expect(entries.size).toBeGreaterThan(2500);
    expect(refused).toEqual([]);
  });

  it('is written as our own writer would', () => {
    const head = { format: SNAPSHOT_FORMAT, source: source ?? '', edition: edition ?? '' } as const;
    expect(formatSnapshot({ ...head, models: Object.fromEntries(entries) })).toBe(text);
  });

  it('has only rates that are understood, each exactly as it is written', () => {
    for (const entry of entries.values()) {
      for (const [field, rate] of Object.entries(entry.rates)) {
        expect(parseFieldName(field), field).toBeDefined();
        const value = parseDecimal(rate, RATE_DECIMALS);
        expect(typeof value === 'bigint' && formatDecimal(value, RATE_DECIMALS), `${field} ${rate}`).toBe(rate);
      }
    }
  });
});

describe('any model of the snapshot', () => {
  const count = fc.integer({ min: 0, max: 400_000 });
  const tokens: fc.Arbitrary<TokenCounts> = fc.record(
    {
      input: count,
      cacheRead: count,
      cacheWrite5m: count,
      cacheWrite1h: count,
      inputAudio: count,
      output: count,
      reasoning: count,
    },
    { requiredKeys: [] },
  );
  const call = fc.record({
    tokens,
    serviceTier: fc.constantFrom('default', 'batch', 'flex', 'priority'),
    region: fc.constantFrom('us', 'eu', 'global'),
    speed: fc.constantFrom('standard', 'fast'),
  });

  it('prices a call so that its lines, its classes and its total agree', () => {
    fc.assert(
      fc.property(fc.constantFrom(...models), call, (key, given) => {
        const entry = entries.get(key);
        if (entry === undefined) throw new Error(key);
        const price = compilePrice(entry, key);
        const usage: NormalUsage = { ...given, approximate: [] };
        const result = priceCall(price, usage, { timestampMs: 0 });
        const lines = explainCall(price, usage, { timestampMs: 0 });
        if (result.status === 'unpriced') {
          expect(lines).toEqual([]);
          return;
        }
        expect(Object.fromEntries(lines.map((line) => [line.costClass, line.amountPicoUsd]))).toEqual(result.costs);
        expect(lines.reduce((sum, line) => sum + line.amountPicoUsd, 0n)).toBe(result.totalPicoUsd);
      }),
      { numRuns: 400 },
    );
  });

  it('prices a call alike whatever was priced before', () => {
    const calls = fc.array(
      fc.tuple(
        call,
        fc.constantFrom(3, 17, 23).map((hour) => hour * 3_600_000),
      ),
      { minLength: 2 },
    );
    const offPeak = { 'off_peak_pricing(16:30-00:30).input_cost_per_token': '0.0000001' };
    fc.assert(
      fc.property(fc.constantFrom(...models), calls, (key, given) => {
        const listed = entries.get(key);
        if (listed === undefined) throw new Error(key);
        const entry = { ...listed, rates: { ...listed.rates, ...offPeak } };
        const used = compilePrice(entry, key);
        for (const [about, timestampMs] of given) {
          const usage: NormalUsage = { ...about, approximate: [] };
          expect(priceCall(used, usage, { timestampMs })).toEqual(
            priceCall(compilePrice(entry, key), usage, { timestampMs }),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
