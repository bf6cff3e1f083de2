import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../clock.ts';
import { planCarried, planSources, type Source } from './plan-sources.ts';

const at = (text: string) => new Date(`2026-08-${text}Z`);
const utcDays = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const start = new Date(Date.UTC(2026, 7, first + i));
    return { start, end: new Date(start.getTime() + DAY) };
  });
const short = (sources: Source[]) =>
  sources.map(({ table, from, to }) => `${table} ${from.toISOString().slice(8, 16)} ${to.toISOString().slice(8, 16)}`);

describe('planSources', () => {
  const period = { from: at('01T22:07:00'), to: at('05T10:31:00') };
  const days = utcDays(2, 3);

  it('takes whole days from the days, whole quarters from the quarters, and the ragged ends from the records', () => {
    expect(short(planSources(period, { days, touched: new Set() }))).toEqual([
      'records 01T22:07 01T22:15',
      'fine 01T22:15 02T00:00',
      'daily 02T00:00 05T00:00',
      'fine 05T00:00 05T10:30',
      'records 05T10:30 05T10:31',
    ]);
  });

  it('takes a day that waits to be derived from the quarters, or from the records where there are none of it', () => {
    const derived = { days, touched: new Set([1]) };
    expect(short(planSources(period, derived)).slice(2, 5)).toEqual([
      'daily 02T00:00 03T00:00',
      'fine 03T00:00 04T00:00',
      'daily 04T00:00 05T00:00',
    ]);
    expect(short(planCarried(period, derived))).toEqual([
      'records 01T22:07 02T00:00',
      'carried 02T00:00 03T00:00',
      'records 03T00:00 04T00:00',
      'carried 04T00:00 05T00:00',
      'records 05T00:00 05T10:31',
    ]);
  });

  it('covers every period without a gap or an overlap, no touched day by the days, in few parts', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(60 * DAY), fc.nat(60 * DAY)),
        fc.constantFrom(1, MINUTE, 15 * MINUTE, DAY),
        fc.uniqueArray(fc.nat(58)),
        (bounds, grain, touched) => {
          const [from, to] = bounds
            .sort((a, b) => a - b)
            .map((ms) => new Date(Date.UTC(2026, 7, 1) + Math.floor(ms / grain) * grain));
          if (!from || !to || from >= to) return;
          const inside = utcDays(1, 60).filter(({ start, end }) => start >= from && end <= to);
          const sources = planSources({ from, to }, { days: inside, touched: new Set(touched) });
          expect(sources[0]?.from).toEqual(from);
          expect(sources.at(-1)?.to).toEqual(to);
          sources.slice(1).forEach((source, i) => void expect(source.from).toEqual(sources[i]?.to));
          expect(sources.length).toBeLessThanOrEqual(22);
          for (const index of touched) {
            const start = inside[index]?.start;
            const source = start && sources.find((part) => part.from <= start && start < part.to);
            if (source) expect(source.table).toBe('fine');
          }
        },
      ),
    );
  });
});
