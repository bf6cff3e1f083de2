import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../clock.ts';
import { SAMPLE_COMPANY } from '../../sample/company/company.ts';
import { Demand } from '../../sample/demand.ts';
import { Random } from '../../sample/random.ts';
import { forecastSpan } from './forecast.ts';
import { foreseeMonths, summarize } from './testing.ts';

const WEEK = [1.2, 1.25, 1.2, 1.15, 1, 0.3, 0.25];
const START = Date.UTC(2025, 0, 1);

/** An office's rhythm that grows, with noise by day and hour. */
function series(seed: number, days: number, growthPerDay = 0.002): { start: number; value: number }[] {
  return Array.from({ length: days * 24 }, (_, i) => {
    const day = Math.floor(i / 24);
    const hour = i % 24;
    const noise = (salt: number, key: number) => new Random(seed, salt, key).fraction() - 0.5;
    const shape = hour >= 7 && hour < 19 ? 1.8 : 0.2;
    const weekday = WEEK[(new Date(START + i * HOUR).getUTCDay() + 6) % 7] ?? 1;
    const level = Math.exp(growthPerDay * day) * (1 + 0.3 * noise(1, day)) * (1 + 0.4 * noise(2, i));
    return { start: START + i * HOUR, value: weekday * shape * level };
  });
}

const CALLS_PER_HOUR = 40;
/** Single calls cost very unevenly: by that much of their mean. */
const UNEVEN = 3;

/**
 * The spend of the sample's company by the hour, drawn without playing its calls: its demand with holidays, launches, growth
 * and noise, and as many calls of uneven cost as come then.
 */
function company(seed: number): { start: number; value: number }[] {
  const demand = new Demand(SAMPLE_COMPANY, seed);
  const from = Date.parse('2025-03-01');
  const length = (Date.parse('2026-11-03') - from) / HOUR;
  return Array.from({ length }, (_, i) => {
    const start = from + i * HOUR;
    let value = 0;
    for (const [place, feature] of SAMPLE_COMPANY.features.entries()) {
      const random = new Random(seed, start / HOUR, place);
      const calls = random.poisson((demand.inHour(feature, start).weight * CALLS_PER_HOUR) / 100);
      const cost = feature.input.median + (feature.document?.median ?? 0) + 5 * (feature.output?.median ?? 0);
      value += Math.max(0, calls + Math.sqrt(calls) * UNEVEN * random.normal()) * cost;
    }
    return { start, value };
  });
}

const sum = (hours: readonly { start: number; value: number }[], from: number, to: number) =>
  hours.reduce((total, { start, value }) => (start >= from && start < to ? total + value : total), 0);

const at = (hours: ReturnType<typeof series>, now: number, span: { start: number; end: number }) =>
  forecastSpan({
    hours: hours.filter(({ start }) => start < now),
    timeZone: 'UTC',
    now: new Date(now),
    span: { start: new Date(span.start), end: new Date(span.end) },
    spent: sum(hours, span.start, now),
  });

describe('the forecast', () => {
  it('is wrong by at most half as much as the straight line on the 10th of twelve generated months, and within its range mostly', () => {
    const { ratio, within } = summarize([1, 2, 3].flatMap((seed) => foreseeMonths(company(seed), 10)));
    // Half is what is promised; this company leaves room.
    expect(ratio).toBeLessThan(0.4);
    expect(within).toBeGreaterThan(0.7);
  });

  it('says what it rests on, and nothing where that is nothing', () => {
    const hours = series(1, 60);
    const now = START + 59.5 * DAY;
    const span = { start: START + 59 * DAY, end: START + 70 * DAY };
    const basisAfter = (days: number) =>
      at(
        hours.filter(({ start }) => start >= now - days * DAY),
        now,
        span,
      );
    expect(basisAfter(50).basis).toBe('pattern');
    expect(basisAfter(20).basis).toBe('weeks');
    expect(basisAfter(8).basis).toBe('days');
    expect(basisAfter(2)).toEqual({ basis: 'none', historyDays: 1 });
    const widthOf = (days: number) => {
      const { total } = basisAfter(days);
      return total ? (total.high - total.low) / total.expected : 0;
    };
    expect(widthOf(8)).toBeGreaterThan(2 * widthOf(50));
  });

  it('is not moved by one day out of the ordinary', () => {
    const hours = series(1, 100);
    const span = { start: START + 90 * DAY, end: START + 120 * DAY };
    const now = START + 99.5 * DAY;
    const strange = hours.map((hour) =>
      hour.start >= START + 85 * DAY && hour.start < START + 86 * DAY ? { ...hour, value: hour.value * 20 } : hour,
    );
    const [plain, moved] = [at(hours, now, span), at(strange, now, span)];
    expect((moved.total?.expected ?? 0) / (plain.total?.expected ?? 1)).toBeCloseTo(1, 1);
  });

  it('knows the free days of the year before, by date and by Easter', () => {
    const hours = series(1, 500);
    // 1 May, and Easter Monday of 2025; in 2026 it is 6 April.
    const free = ['2025-05-01', '2025-04-21'];
    const quiet = hours.map((hour) =>
      free.includes(new Date(hour.start).toISOString().slice(0, 10)) ? { ...hour, value: hour.value * 0.1 } : hour,
    );
    const forecast = (date: string, days: boolean) => {
      const start = Date.parse(date);
      const now = start - 2 * DAY;
      const byDay = Map.groupBy(
        quiet.filter((hour) => hour.start < now),
        (hour) => new Date(hour.start).toISOString().slice(0, 10),
      );
      return forecastSpan({
        hours: quiet.filter((hour) => hour.start < now && hour.start > now - 70 * DAY),
        ...(days ? { days: [...byDay].map(([name, own]) => ({ date: name, value: sum(own, 0, now) })) } : {}),
        timeZone: 'UTC',
        now: new Date(now),
        span: { start: new Date(start), end: new Date(start + DAY) },
        spent: 0,
      }).total?.expected;
    };
    for (const date of ['2026-05-01', '2026-04-06']) {
      expect((forecast(date, true) ?? 1) / (forecast(date, false) ?? 1), date).toBeLessThan(0.4);
    }
    expect((forecast('2026-04-21', true) ?? 0) / (forecast('2026-04-21', false) ?? 1)).toBeCloseTo(1, 1);
  });

  it('does not go on with what has ended, nor take every other day for every day', () => {
    const hours = series(1, 80);
    const span = { start: START + 80 * DAY, end: START + 100 * DAY };
    const without = (isGone: (day: number) => boolean) =>
      at(
        hours.map((hour) => (isGone(Math.floor((hour.start - START) / DAY)) ? { ...hour, value: 0 } : hour)),
        span.start,
        span,
      ).total?.expected ?? 0;
    const all = without(() => false);
    expect(without((day) => day >= 60) / all).toBeLessThan(0.25);
    const half = without((day) => day % 2 === 0) / all;
    expect(half).toBeGreaterThan(0.35);
    expect(half).toBeLessThan(0.65);
  });

  it('is what was spent once the time is over', () => {
    const hours = series(1, 40);
    const { total } = at(hours, START + 40 * DAY, { start: START, end: START + 31 * DAY });
    expect(total?.low).toBe(total?.high);
  });
});
