import type { PriceHistoryVersion, PriceOverride } from '@tokengrip/core/contract/prices';
import { describe, expect, it } from 'vitest';
import { chartedRates, priceSteps, shownSpan } from './price-steps.ts';
import { describeRate } from './rates.ts';

const day = (text: string) => `2026-${text}T00:00:00.000Z`;
const ms = (text: string) => Date.parse(day(text));

const version = (from: string | null, to: string | null, input: string, more: Partial<PriceHistoryVersion> = {}) => ({
  id: 1,
  effectiveFrom: from && day(from),
  effectiveTo: to && day(to),
  knownFrom: day(from ?? '04-01'),
  recordedAt: day(from ?? '04-01'),
  supersededAt: null,
  origin: 'sync' as const,
  edition: '2026-04',
  entry: { rates: { input_cost_per_token: input, output_cost_per_token: '0.00001' } },
  ...more,
});

const override = (from: string | null, to: string | null, more: Partial<PriceOverride> = {}): PriceOverride => ({
  id: 1,
  modelKey: 'm',
  provider: null,
  mode: null,
  kind: 'override',
  rates: { input_cost_per_token: '0.0000005' },
  effectiveFrom: from && day(from),
  effectiveTo: to && day(to),
  state: 'active',
  note: null,
  createdBy: null,
  createdAt: day('04-01'),
  ...more,
});

describe('the course of a price', () => {
  it('is what is known now, not what was known once', () => {
    const versions = [
      version(null, '08-01', '0.000002'),
      version('06-01', null, '0.9', { supersededAt: day('07-01') }),
      version('08-01', null, '0.000001'),
    ];
    expect(priceSteps({ versions, overrides: [] })).toEqual([
      { from: Number.NEGATIVE_INFINITY, to: ms('08-01'), rates: versions[0]?.entry.rates, own: false },
      { from: ms('08-01'), to: Number.POSITIVE_INFINITY, rates: versions[2]?.entry.rates, own: false },
    ]);
  });

  it('has the overrides laid over it; the one that begins later counts, and a replacement stands alone', () => {
    const versions = [version(null, null, '0.000002')];
    const overrides = [
      override('05-01', '09-01'),
      override('06-01', '07-01', { kind: 'replacement', rates: { input_cost_per_token: '0' } }),
    ];
    const steps = priceSteps({ versions, overrides });
    expect(steps.map(({ from, rates, own }) => [from, rates, own])).toEqual([
      [Number.NEGATIVE_INFINITY, { input_cost_per_token: '0.000002', output_cost_per_token: '0.00001' }, false],
      [ms('05-01'), { input_cost_per_token: '0.0000005', output_cost_per_token: '0.00001' }, true],
      [ms('06-01'), { input_cost_per_token: '0' }, true],
      [ms('07-01'), { input_cost_per_token: '0.0000005', output_cost_per_token: '0.00001' }, true],
      [ms('09-01'), { input_cost_per_token: '0.000002', output_cost_per_token: '0.00001' }, false],
    ]);
  });

  it('does not step where nothing changes', () => {
    const versions = [version(null, '06-01', '0.000002'), version('06-01', null, '0.000002')];
    expect(priceSteps({ versions, overrides: [] })).toHaveLength(1);
  });

  it('is shown with all its changes, future ones too, and over a month at least', () => {
    const now = ms('08-10');
    const still = [version(null, null, '1', { knownFrom: day('08-01') })];
    const span = shownSpan({ versions: still }, priceSteps({ versions: still, overrides: [] }), now);
    expect(span.to).toBe(now);
    expect(span.from).toBeLessThan(now - 30 * 86_400_000);
    const overrides = [override('12-01', null)];
    const wide = shownSpan({ versions: still }, priceSteps({ versions: still, overrides }), now);
    expect(wide.to).toBeGreaterThan(ms('12-01'));
  });

  it('is drawn for rates of one unit', () => {
    const unit = (name: string) => describeRate(name).unit;
    const step = (rates: Record<string, string>) => [{ from: 0, to: 1, rates, own: false }];
    expect(chartedRates(step({ input_cost_per_token: '1', output_cost_per_image: '1' }), unit)).toHaveLength(1);
    expect(
      chartedRates(step({ output_cost_per_image: '1', input_cost_per_image: '1', ocr_cost_per_page: '1' }), unit),
    ).toMatchObject([{ name: 'output_cost_per_image' }, { name: 'input_cost_per_image' }]);
    expect(chartedRates([], unit)).toEqual([]);
  });
});
