import { describe, expect, it } from 'vitest';
import type { UsageRecord } from '../contract/usage.ts';
import { sampleAnomaly } from './anomaly.ts';
import { DAY, HOUR } from './calendar.ts';
import { generateSample } from './generate.ts';
import { mergeByTime } from './merge.ts';
import type { Incident, SampleOptions } from './types.ts';

const month: SampleOptions = {
  seed: 21,
  from: new Date('2026-06-01T00:00:00Z'),
  to: new Date('2026-07-01T00:00:00Z'),
  calls: 90_000,
};

function anomalyOf(period: Pick<SampleOptions, 'seed' | 'from' | 'to'>): Incident {
  const anomaly = sampleAnomaly(period);
  if (!anomaly) throw new Error('no anomaly');
  return anomaly;
}

const inside =
  ({ from, to, feature }: Incident) =>
  (record: UsageRecord) => {
    const time = Date.parse(record.timestamp ?? '');
    return record.feature === feature && time >= from.getTime() && time < to.getTime();
  };

describe('sampleAnomaly', () => {
  it('is two hours of a working day in the last week, in one feature', () => {
    const weekdays = new Set<number>();
    const features = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { feature, from, to, factor } = anomalyOf({ ...month, seed });
      expect([factor, to.getTime() - from.getTime()]).toEqual([3, 2 * HOUR]);
      expect(from.getTime()).toBeGreaterThan(month.to.getTime() - 7 * DAY);
      expect(to.getTime()).toBeLessThan(month.to.getTime());
      // Berlin is two hours ahead in June.
      expect(from.getUTCHours()).toBeGreaterThanOrEqual(7);
      expect(to.getUTCHours()).toBeLessThanOrEqual(15);
      weekdays.add(from.getUTCDay());
      features.add(feature);
    }
    expect(weekdays.has(0) || weekdays.has(6)).toBe(false);
    expect([...features].sort()).toEqual(['extract-invoice', 'summarize', 'support-chat']);
  });

  it('does not exist where there is no room for it', () => {
    expect(sampleAnomaly({ ...month, from: new Date(month.to.getTime() - 12 * HOUR) })).toBeUndefined();
    // A Saturday and a Sunday.
    const weekend = { from: new Date('2026-06-06T00:00:00Z'), to: new Date('2026-06-08T00:00:00Z') };
    expect(sampleAnomaly({ seed: 1, ...weekend })).toBeUndefined();
    expect([...generateSample({ seed: 1, calls: 100, ...weekend })].length).toBeGreaterThan(50);
  });

  it('makes three times the usual calls of its feature, and changes nothing else', () => {
    let with3 = 0;
    let without = 0;
    for (let seed = 21; seed < 31; seed++) {
      const anomaly = anomalyOf({ ...month, seed });
      const hours = {
        seed,
        calls: month.calls,
        reference: month,
        from: new Date(anomaly.from.getTime() - 4 * HOUR),
        to: new Date(anomaly.to.getTime() + 4 * HOUR),
      };
      const usual = [...generateSample({ ...hours, incidents: [] })];
      const sample = [...generateSample(hours)];
      with3 += sample.filter(inside(anomaly)).length;
      without += usual.filter(inside(anomaly)).length;
      const known = new Set(usual.map((record) => JSON.stringify(record)));
      const added = sample.filter((record) => !known.has(JSON.stringify(record)));
      expect(sample.length - usual.length).toBe(added.length);
      expect(
        added.every(({ feature, environment }) => feature === anomaly.feature && environment === 'production'),
      ).toBe(true);
    }
    expect(without).toBeGreaterThan(400);
    expect(with3 / without).toBeGreaterThan(2.7);
    expect(with3 / without).toBeLessThan(3.3);
  });
});

describe('incidents and composed traffic', () => {
  it('give their additional calls the model, customer and user that they name', () => {
    const incident: Incident = {
      feature: 'summarize',
      from: new Date('2026-06-10T08:20:00Z'),
      to: new Date('2026-06-10T09:40:00Z'),
      factor: 4,
      model: 'azure-gpt-5-mini',
      customer: 'emberloft-foods',
      user: 'u-loop',
    };
    const day = { from: new Date('2026-06-10T00:00:00Z'), to: new Date('2026-06-11T00:00:00Z') };
    const sample = generateSample({ ...month, ...day, reference: month, incidents: [incident] });
    const caused = [...sample].filter(({ user }) => user === 'u-loop');
    expect(caused.length).toBeGreaterThan(30);
    for (const record of caused) {
      expect(record).toMatchObject({ provider: 'azure', model: 'gpt-5-mini', customer: 'emberloft-foods' });
      expect(inside(incident)(record)).toBe(true);
    }
  });

  it('leave the ordinary records as they are when streams are merged', () => {
    const few = { ...month, calls: 4_000 };
    const ordinary = [...generateSample(few)];
    const planted = [...generateSample({ ...few, seed: 99, calls: 300, incidents: [] })];
    const merged = [...mergeByTime(ordinary, planted, [])];
    expect(merged.length).toBe(ordinary.length + planted.length);
    const times = merged.map(({ timestamp = '' }) => timestamp);
    expect(times).toEqual([...times].sort());
    const isPlanted = new Set(planted);
    expect(merged.filter((record) => !isPlanted.has(record))).toEqual(ordinary);
  });
});
