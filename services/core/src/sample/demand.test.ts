import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from './calendar.ts';
import { SAMPLE_COMPANY } from './company/company.ts';
import { Demand, ModelMix, withinHour } from './demand.ts';
import type { FeatureProfile } from './types.ts';

const still = { ...SAMPLE_COMPANY, noise: { day: 0, hour: 0 }, growthPerYear: 1 };
const feature = (name: string): FeatureProfile => {
  const found = SAMPLE_COMPANY.features.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no feature ${name}`);
  return { ...found, growthPerYear: 1 };
};

function total(demand: Demand, profile: FeatureProfile, from: string, days: number): number {
  let sum = 0;
  for (let hour = 0; hour < days * 24; hour++) sum += demand.inHour(profile, Date.parse(from) + hour * HOUR).weight;
  return sum;
}

describe('Demand', () => {
  it('gives each feature its share over an ordinary week, whatever its rhythm', () => {
    const demand = new Demand(still, 1);
    for (const name of ['support-chat', 'summarize', 'enrich-catalog', 'code-review']) {
      const profile = feature(name);
      // A week from Monday to Sunday in Berlin, in summer time, without holidays.
      expect(total(demand, profile, '2026-06-07T22:00Z', 7) / (168 * profile.share)).toBeCloseTo(1, 2);
    }
  });

  it('does not turn noise into more traffic', () => {
    const quiet = total(new Demand(still, 1), feature('summarize'), '2026-01-01T00:00Z', 360);
    const noisy = new Demand({ ...still, noise: { day: 0.3, hour: 0.3 } }, 1);
    expect(total(noisy, feature('summarize'), '2026-01-01T00:00Z', 360) / quiet).toBeCloseTo(1, 1);
  });

  it('grows by the factor of a year, lets features begin and end', () => {
    const growing = new Demand({ ...still, growthPerYear: 2 }, 1);
    const week = (date: string, profile = feature('enrich-catalog')) => total(growing, profile, date, 7);
    expect(week('2026-10-12T00:00Z') / week('2025-10-13T00:00Z')).toBeCloseTo(2, 1);
    const started = { ...feature('enrich-catalog'), launches: '2026-03-02' };
    expect(week('2026-02-16T00:00Z', started)).toBe(0);
    expect(week('2026-03-09T00:00Z', started)).toBeLessThan(week('2026-03-09T00:00Z') / 2);
    expect(week('2026-04-06T00:00Z', started)).toBe(week('2026-04-06T00:00Z'));
    const ended = { ...feature('enrich-catalog'), retires: '2026-03-02' };
    expect(week('2026-01-12T00:00Z', ended)).toBe(week('2026-01-12T00:00Z'));
    expect(week('2026-03-02T00:00Z', ended)).toBe(0);
  });

  it('is weaker in the summer weeks, but not where machines work', () => {
    const demand = new Demand(still, 1);
    const august = (name: string) =>
      total(demand, feature(name), '2026-08-03T00:00Z', 7) / total(demand, feature(name), '2026-09-07T00:00Z', 7);
    expect(august('summarize')).toBeCloseTo(0.87, 2);
    expect(august('enrich-catalog')).toBeCloseTo(1, 2);
  });

  it('follows the clock of its zone', () => {
    const busiest = (zone: string, day: string) => {
      const demand = new Demand(still, 1, zone);
      const hours = Array.from({ length: 24 }, (_, hour) =>
        demand.inHour(feature('summarize'), Date.parse(day) + hour * HOUR),
      );
      return hours.indexOf(hours.reduce((best, hour) => (hour.weight > best.weight ? hour : best)));
    };
    expect(busiest('Europe/Berlin', '2026-02-10')).toBe(9);
    expect(busiest('Europe/Berlin', '2026-06-09')).toBe(8);
    expect(busiest('America/New_York', '2026-02-10')).toBe(15);
  });
});

describe('withinHour', () => {
  it('maps the hour onto itself and puts more calls where there is more traffic', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (slope, x) => {
          const place = withinHour(x, slope);
          expect(place).toBeGreaterThanOrEqual(-1e-9);
          expect(place).toBeLessThanOrEqual(1 + 1e-9);
          // The distribution function of a density that rises from 1 - slope to 1 + slope.
          expect(place + slope * (place * place - place)).toBeCloseTo(x, 6);
        },
      ),
    );
  });
});

describe('ModelMix', () => {
  const mix = new ModelMix([
    { models: { old: 1 } },
    { from: '2026-03-01', rampDays: 10, models: { new: 3, other: 1 } },
  ]);
  const sharesAt = (instant: number) => {
    const cumulative = mix.cumulativeAt(instant);
    return cumulative.map((sum, index) => sum - (cumulative[index - 1] ?? 0));
  };
  const begin = Date.parse('2026-03-01');

  it('moves from one phase to the next within its ramp', () => {
    expect(mix.models).toEqual(['old', 'new', 'other']);
    expect(sharesAt(begin - 1)).toEqual([1, 0, 0]);
    const half = sharesAt(begin + 5 * DAY);
    [0.5, 0.375, 0.125].forEach((share, index) => {
      expect(half[index]).toBeCloseTo(share, 9);
    });
    expect(sharesAt(begin + 400 * DAY)).toEqual([0, 0.75, 0.25]);
  });

  it('shares out the whole at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: begin - 100 * DAY, max: begin + 100 * DAY }), (instant) => {
        expect(mix.cumulativeAt(instant).at(-1)).toBeCloseTo(1, 9);
      }),
    );
  });
});
