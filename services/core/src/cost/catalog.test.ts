import { describe, expect, it } from 'vitest';
import type { NormalUsage } from '../usage/normal-form.ts';
import { type Catalog, createCatalog, type PriceVersion } from './catalog.ts';
import { explainUsage, type PricingRecord, priceUsage } from './price-usage.ts';

const DAY = 86_400_000;
const T0 = Date.parse('2026-01-01T00:00:00Z');

function version(versionId: number | string, rate: string, more: Partial<PriceVersion> = {}): PriceVersion {
  const entry = { provider: 'openai', mode: 'chat', rates: { input_cost_per_token: rate, output_cost_per_token: '0' } };
  return { key: 'm', versionId, entry, ...more };
}

function price(catalog: Catalog, more: Partial<PricingRecord> = {}) {
  const usage: NormalUsage = { tokens: { input: 1_000_000 }, approximate: [] };
  return priceUsage(catalog, { provider: 'openai', model: 'm', usage, timestampMs: T0, ...more });
}

describe('versions', () => {
  const catalog = createCatalog([
    version(2, '0.000002', { effectiveFromMs: T0, effectiveToMs: T0 + DAY }),
    version(1, '0.000001', { effectiveToMs: T0 }),
    version(3, '0.000003', { effectiveFromMs: T0 + 2 * DAY }),
  ]);

  it.each([
    [T0 - 1, 1, 10n ** 12n],
    [T0, 2, 2n * 10n ** 12n],
    [T0 + DAY - 1, 2, 2n * 10n ** 12n],
    [T0 + 9 * DAY, 3, 3n * 10n ** 12n],
  ])('at %s, version %s is in effect', (timestampMs, priceVersion, totalPicoUsd) => {
    expect(price(catalog, { timestampMs })).toMatchObject({ status: 'priced', priceVersion, totalPicoUsd });
  });

  it('leave a call unpriced in a gap between them', () => {
    expect(price(catalog, { timestampMs: T0 + DAY })).toEqual({
      status: 'unpriced',
      reason: 'no_price_at_time',
      key: 'm',
      matchedBy: 'bare_key',
    });
  });

  it('in effect at once are taken newest first', () => {
    const both = createCatalog([version('old', '0.000001'), version('new', '0.000002', { effectiveFromMs: T0 - DAY })]);
    expect(price(both)).toMatchObject({ priceVersion: 'new' });
    expect(price(both, { timestampMs: T0 - 2 * DAY })).toMatchObject({ priceVersion: 'old' });
  });
});

describe('overrides', () => {
  const shared = createCatalog([version(1, '0.000001')]);
  const override = (rates: Record<string, string>, more: Partial<PriceVersion> = {}): PriceVersion => ({
    key: 'm',
    versionId: 7,
    entry: { rates },
    origin: 'override',
    ...more,
  });
  const usage: NormalUsage = { tokens: { input: 10, cacheRead: 10 }, approximate: [] };

  it('win field by field over the list', () => {
    const own = createCatalog([override({ cache_read_input_token_cost: '0.0000001' })], shared);
    expect(price(own, { usage })).toMatchObject({
      priceVersion: 7,
      priceOrigin: 'override',
      matchedBy: 'bare_key',
      costs: { input: 10_000_000n, cacheRead: 1_000_000n },
      approximate: [],
    });
  });

  it('stand alone where they replace', () => {
    const own = createCatalog([override({ output_cost_per_token: '0.1' }, { origin: 'replacement' })], shared);
    expect(price(own, { usage })).toMatchObject({ status: 'unpriced', reason: 'missing_rate', costClass: 'input' });
  });

  it('hold for their own time only', () => {
    const own = createCatalog([override({ input_cost_per_token: '0' }, { effectiveFromMs: T0 })], shared);
    expect(price(own)).toMatchObject({ priceVersion: 7, totalPicoUsd: 0n });
    expect(price(own, { timestampMs: T0 - 1 })).toMatchObject({ priceVersion: 1, totalPicoUsd: 10n ** 12n });
  });

  it('make a price of 0 a price', () => {
    const zero = createCatalog([version(1, '0')]);
    expect(price(zero)).toMatchObject({ status: 'unpriced', reason: 'zero_in_file' });
    expect(price(createCatalog([override({ input_cost_per_token: '0' })], zero))).toMatchObject({ totalPicoUsd: 0n });
  });

  it('can name a model that no list knows', () => {
    const rates = { input_cost_per_token: '0.000005' };
    const ours = override(rates, { key: 'azure/ours', entry: { provider: 'azure', rates } });
    const own = createCatalog([ours], shared);
    expect(price(own, { provider: 'azure', model: 'ours' })).toMatchObject({
      key: 'azure/ours',
      matchedBy: 'provider_key',
    });
    expect(price(shared, { provider: 'azure', model: 'ours' })).toEqual({
      status: 'unpriced',
      reason: 'unknown_model',
    });
  });

  it('do not touch the shared catalog', () => {
    createCatalog([override({ input_cost_per_token: '0.5' })], shared);
    expect(price(shared)).toMatchObject({ priceVersion: 1, totalPicoUsd: 10n ** 12n });
  });
});

describe('what is no price', () => {
  const free = { input_cost_per_token: '0', output_cost_per_token: '0' };
  const catalog = createCatalog(
    [
      ['empty', 'openai', {}],
      ['gemini/free', 'gemini', free],
      ['ollama/llama', 'ollama', free],
      ['ollama/huge-cloud', 'ollama', free],
      ['lemonade/small', 'lemonade', free],
      ['image', 'openai', { ...free, output_cost_per_image: '0.04' }],
      ['half', 'openai', { input_cost_per_token: '0', output_cost_per_token: '0.000001' }],
    ].map(([key, provider, rates]) => ({
      key: key as string,
      versionId: 1,
      entry: { provider: provider as string, rates: rates as Record<string, string> },
    })),
  );
  const status = (provider: string, model: string) => {
    const result = price(catalog, { provider, model });
    return result.status === 'priced' ? result.totalPicoUsd : result.reason;
  };

  it('0 in a list is a price only on a local runtime or beside another rate', () => {
    expect(status('gemini', 'free')).toBe('zero_in_file');
    expect(status('ollama', 'llama')).toBe(0n);
    expect(status('lemonade', 'small')).toBe(0n);
    expect(status('ollama', 'huge-cloud')).toBe('zero_in_file');
    expect(status('openai', 'half')).toBe(0n);
    expect(status('openai', 'image')).toBe('missing_quantity');
  });

  it('an entry without rates is none', () => {
    expect(status('openai', 'empty')).toBe('no_rates_in_file');
  });
});

describe('aliases', () => {
  const catalog = createCatalog([version(1, '0.000001'), version(2, '0.000009', { key: 'azure/other' })]);

  it('win over any other rule, and are tried with and without the provider', () => {
    expect(price(catalog, { aliases: new Map([['m', 'azure/other']]) })).toMatchObject({
      key: 'azure/other',
      matchedBy: 'alias',
    });
    expect(price(catalog, { model: 'prod', aliases: new Map([['openai/prod', 'm']]) })).toMatchObject({
      key: 'm',
      matchedBy: 'alias',
    });
  });

  it('that lead nowhere leave the model unknown', () => {
    expect(price(catalog, { aliases: new Map([['m', 'gone']]) })).toMatchObject({ reason: 'unknown_model' });
  });
});

describe('resolve', () => {
  it('remembers names, and forgets before they fill the memory', () => {
    const catalog = createCatalog([version(1, '0.000001')]);
    const first = catalog.resolve({ provider: 'openai', model: 'm' });
    expect(catalog.resolve({ provider: 'openai', model: 'm' })).toBe(first);
    for (let i = 0; i < 20_000; i++) catalog.resolve({ provider: 'openai', model: `m${i}` });
    const again = catalog.resolve({ provider: 'openai', model: 'm' });
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });

  it('tells regions and images apart', () => {
    const entry = { provider: 'azure', rates: { input_cost_per_token: '0.1' } };
    const catalog = createCatalog([
      { key: 'azure/m', versionId: 1, entry },
      { key: 'azure/eu/m', versionId: 1, entry },
    ]);
    const key = (region?: string) => catalog.resolve({ provider: 'azure', model: 'm', region })?.key;
    expect([key(), key('eu'), key('us'), key()]).toEqual(['azure/m', 'azure/eu/m', 'azure/m', 'azure/m']);
  });
});

it("takes fees that the provider lists apart, such as OpenAI's containers", () => {
  const catalog = createCatalog([
    version(1, '0.000001'),
    {
      key: 'openai/container',
      versionId: 1,
      entry: { provider: 'openai', rates: { code_interpreter_cost_per_session: '0.03' } },
    },
  ]);
  const usage: NormalUsage = { tokens: {}, tools: { codeInterpreterSessions: 2 }, approximate: [] };
  expect(price(catalog, { usage })).toMatchObject({
    costs: { codeInterpreterSessions: 60_000_000_000n },
    approximate: [],
  });
});

it("marks another provider's price", () => {
  const catalog = createCatalog([version(1, '0.000001')]);
  expect(price(catalog, { provider: 'somewhere' })).toMatchObject({
    matchedBy: 'other_provider',
    approximate: ['other_provider_price'],
  });
});

it('explains the amounts that it gives', () => {
  const catalog = createCatalog([version(1, '0.000001')]);
  const usage: NormalUsage = { tokens: { input: 3 }, approximate: [] };
  const record = { provider: 'openai', model: 'm', usage, timestampMs: T0 };
  expect(explainUsage(catalog, record)).toMatchObject([{ costClass: 'input', quantity: 3, amountPicoUsd: 3_000_000n }]);
  expect(explainUsage(catalog, { ...record, model: 'unknown' })).toEqual([]);
});
