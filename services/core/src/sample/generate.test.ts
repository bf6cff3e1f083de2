import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { UsageRecord } from '../contract/usage.ts';
import { DAY, HOUR } from './calendar.ts';
import { SAMPLE_COMPANY } from './company/company.ts';
import { generateSample } from './generate.ts';
import type { SampleOptions } from './types.ts';

const year: SampleOptions = {
  seed: 11,
  from: new Date('2025-08-01T00:00:00Z'),
  to: new Date('2026-08-01T00:00:00Z'),
  calls: 120_000,
};
const records = [...generateSample(year)];
const validator = Compile(UsageRecord);

const share = (test: (record: UsageRecord) => boolean, of = records) => of.filter(test).length / of.length;
const month = (text: string) => records.filter(({ timestamp }) => timestamp?.startsWith(text));

describe('generateSample', () => {
  it('makes only records that the contract accepts', () => {
    const invalid = records.find((record) => !validator.Check(record));
    expect(invalid).toBeUndefined();
    expect(JSON.parse(JSON.stringify(records.slice(0, 500)))).toEqual(records.slice(0, 500));
  });

  it('makes about as many as were asked for, within the period', () => {
    expect(records.length / year.calls).toBeGreaterThan(0.98);
    expect(records.length / year.calls).toBeLessThan(1.02);
    for (const record of [records[0], records.at(-1)]) {
      const time = Date.parse(record?.timestamp ?? '');
      expect(time >= year.from.getTime() && time < year.to.getTime()).toBe(true);
    }
  });

  it('gives each a UUIDv7 of its own time, in the order of time', () => {
    const ids = records.map(({ id = '' }) => id);
    expect(ids.filter((id, index) => id <= (ids[index - 1] ?? ''))).toEqual([]);
    const timeIn = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    expect(records.filter(({ id = '', timestamp = '' }) => timeIn(id) !== Date.parse(timestamp))).toEqual([]);
  });

  it('gives every response its own id', () => {
    const ids = records.flatMap(({ responseId }) => responseId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(records.length / 2);
  });

  it('repeats itself byte for byte, also when iterated again, and differs by seed', () => {
    const week = { ...year, calls: 3_000, to: new Date('2025-08-08T00:00:00Z') };
    const sample = generateSample(week);
    const text = JSON.stringify([...sample]);
    expect(JSON.stringify([...sample])).toBe(text);
    expect(JSON.stringify([...generateSample(week)])).toBe(text);
    expect(JSON.stringify([...generateSample({ ...week, seed: 12 })])).not.toBe(text);
  });

  it('gives the same records in parts as in one piece, wherever it is cut', () => {
    const reference = { from: new Date('2026-03-20T00:00:00Z'), to: new Date('2026-04-03T00:00:00Z') };
    const days: SampleOptions = {
      seed: 3,
      calls: 150_000,
      reference,
      from: new Date('2026-03-24T09:00:00Z'),
      to: new Date('2026-03-24T12:00:00Z'),
    };
    const whole = JSON.stringify([...generateSample(days)]);
    fc.assert(
      fc.property(fc.noBias(fc.integer({ min: days.from.getTime(), max: days.to.getTime() })), (cut) => {
        const late = [...generateSample({ ...days, from: new Date(cut) })];
        const early = [...generateSample({ ...days, to: new Date(cut) })];
        expect(JSON.stringify([...early, ...late])).toBe(whole);
      }),
      { numRuns: 12 },
    );
  });

  it('has nothing for an empty period', () => {
    expect([...generateSample({ ...year, to: year.from })]).toEqual([]);
    expect([...generateSample({ ...year, calls: 0 })]).toEqual([]);
  });

  it('refuses names that the company does not have', () => {
    const [first] = SAMPLE_COMPANY.features;
    if (!first) throw new Error('no features');
    const company = (change: object) => ({ ...SAMPLE_COMPANY, features: [{ ...first, ...change }] });
    const generate = (options: Partial<SampleOptions>) => () => [...generateSample({ ...year, ...options })];
    const incident = { from: year.from, to: year.to, factor: 2 };
    expect(generate({ company: company({ mix: [{ models: { 'gpt-0': 1 } }] }) })).toThrow('gpt-0');
    expect(generate({ company: company({ rhythm: 'lunar' }) })).toThrow('lunar');
    expect(generate({ incidents: [{ ...incident, feature: 'nothing' }] })).toThrow('nothing');
    expect(generate({ timeZone: 'Europe/Atlantis' })).toThrow(RangeError);
  });
});

describe('the sample traffic', () => {
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: SAMPLE_COMPANY.timeZone,
    hour: 'numeric',
    hourCycle: 'h23',
    weekday: 'short',
  });
  const clock = (record: UsageRecord) => {
    const [weekday = '', hour = ''] = local
      .formatToParts(Date.parse(record.timestamp ?? ''))
      .flatMap((part) => (part.type === 'literal' ? [] : part.value));
    return { weekday, hour: Number(hour) };
  };
  const byHour = (feature: string) => {
    const hours = Array<number>(24).fill(0);
    for (const record of records)
      if (record.feature === feature) hours[clock(record).hour] = (hours[clock(record).hour] ?? 0) + 1;
    return (hour: number) => hours[hour] ?? 0;
  };

  it('has working days with a lunch dip, and quiet nights', () => {
    const at = byHour('summarize');
    expect(at(10)).toBeGreaterThan(1.3 * at(12));
    expect(at(15)).toBeGreaterThan(1.3 * at(12));
    expect(at(12)).toBeGreaterThan(5 * at(3));
  });

  it('works the catalogue at night', () => {
    const at = byHour('enrich-catalog');
    expect(at(2)).toBeGreaterThan(20 * at(14));
  });

  it('has quiet weekends and holidays', () => {
    const weekend = share((record) => clock(record).weekday.startsWith('S'));
    expect(weekend).toBeGreaterThan(0.07);
    expect(weekend).toBeLessThan(0.15);
    const days = Map.groupBy(records, ({ timestamp }) => timestamp?.slice(0, 10));
    const day = (date: string) => days.get(date)?.length ?? 0;
    // Good Friday and Christmas against the same weekday of a week before or after.
    expect(day('2026-04-03')).toBeLessThan(0.5 * day('2026-04-17'));
    expect(day('2025-12-25')).toBeLessThan(0.5 * day('2025-12-11'));
  });

  it('grows over the year', () => {
    // Four whole weeks each, to compare the same weekdays.
    const weeks = (from: string) => {
      const begin = Date.parse(from);
      return records.filter(
        ({ timestamp = '' }) => Date.parse(timestamp) >= begin && Date.parse(timestamp) < begin + 28 * DAY,
      ).length;
    };
    expect(weeks('2026-06-15') / weeks('2025-09-08')).toBeGreaterThan(1.4);
    expect(weeks('2026-06-15') / weeks('2025-09-08')).toBeLessThan(2.4);
  });

  it('has the configured shares of features and environments', () => {
    const around = [...month('2026-05'), ...month('2026-06')];
    const sum = SAMPLE_COMPANY.features.reduce((total, feature) => total + feature.share, 0);
    for (const { name, share: configured, retires } of SAMPLE_COMPANY.features) {
      if (retires) continue;
      const drawn = share(({ feature }) => feature === name, around) / (configured / sum);
      // A conversation counts for all of its calls, which makes the rare and long ones vary most.
      expect([name, drawn > 0.8 && drawn < 1.2]).toEqual([name, true]);
    }
    for (const [name, configured] of Object.entries(SAMPLE_COMPANY.environments)) {
      expect(share(({ environment }) => environment === name)).toBeCloseTo(configured, 2);
    }
    expect(share(({ feature }) => feature === undefined)).toBeCloseTo(SAMPLE_COMPANY.unattributed, 2);
  });

  it('acts for customers in production only, and knows who it is that calls', () => {
    const audience = new Map(SAMPLE_COMPANY.features.map(({ name, audience }) => [name, audience]));
    const isWrong = ({ feature, environment, customer, user = '', interactive, tags }: UsageRecord) => {
      if (feature === undefined) return user !== '' || tags !== undefined;
      if (environment === 'production' && audience.get(feature) === 'customers') {
        return !customer || !tags?.plan || !/^u-[0-9a-f]{8}$/.test(user);
      }
      return customer !== undefined || tags?.plan !== undefined || (interactive && !/^[a-z]+\.[a-z]+$/.test(user));
    };
    expect(records.filter(isWrong)).toEqual([]);
  });

  it('moves to newer models at their dates', () => {
    const models = (text: string, feature: string) =>
      new Set(month(text).flatMap((record) => (record.feature === feature ? record.model : [])));
    expect(models('2026-02', 'support-chat')).toEqual(
      new Set(['claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001']),
    );
    expect(models('2026-03', 'support-chat').size).toBe(3);
    expect(models('2026-05', 'support-chat')).toEqual(new Set(['claude-sonnet-4-6', 'claude-haiku-4-5-20251001']));
    expect(models('2026-06', 'classify-ticket')).toEqual(new Set(['gpt-5.4-nano']));
    expect(models('2025-12', 'report-insights').size).toBe(0);
  });

  it('has customers of very different size, of whom some leave and others come', () => {
    const customers = (of: UsageRecord[]) => {
      const counts = new Map<string, number>();
      for (const { customer } of of) if (customer) counts.set(customer, (counts.get(customer) ?? 0) + 1);
      return counts;
    };
    const counts = [...customers(records).values()].sort((a, b) => b - a);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(counts.slice(0, 10)) / sum(counts)).toBeGreaterThan(0.3);
    expect((counts[0] ?? 0) / sum(counts)).toBeLessThan(0.25);
    const [first, last] = [customers(month('2025-08')), customers(month('2026-07'))];
    const stayed = [...first.keys()].filter((name) => last.has(name)).length;
    expect(stayed / first.size).toBeGreaterThan(0.3);
    expect(stayed / first.size).toBeLessThan(0.9);
    expect(last.size).toBeGreaterThan(stayed);
  });

  it('fails now and then, and in bursts of one provider', () => {
    expect(share(({ status }) => status === 'error')).toBeGreaterThan(0.005);
    expect(share(({ status }) => status === 'error')).toBeLessThan(0.02);
    const fortnight = { from: new Date('2026-06-01T00:00:00Z'), to: new Date('2026-06-15T00:00:00Z') };
    const dense = [...generateSample({ seed: 4, calls: 80_000, ...fortnight })].filter(
      ({ provider }) => provider === 'openai',
    );
    const windowOf = ({ timestamp = '' }: UsageRecord) => Math.floor(Date.parse(timestamp) / (HOUR / 6));
    const calls = Map.groupBy(dense, windowOf);
    const limited = Map.groupBy(
      dense.filter(({ errorType }) => errorType === 'rate_limit_exceeded'),
      windowOf,
    );
    const rates = [...calls].flatMap(([window, all]) =>
      all.length < 20 ? [] : (limited.get(window)?.length ?? 0) / all.length,
    );
    const bursts = rates.filter((rate) => rate > 0.15).length;
    expect(bursts).toBeGreaterThan(3);
    expect(bursts / rates.length).toBeLessThan(0.05);
    // Between quiet and burst there is next to nothing.
    expect(rates.filter((rate) => rate > 0.1 && rate <= 0.15).length).toBeLessThan(bursts);
    expect(new Set(records.map(({ errorType }) => errorType)).size).toBeGreaterThan(8);
  });

  it('asks again with the same request after some failures, and repeats some requests', () => {
    const failed = records.filter(({ status }) => status === 'error');
    const later = new Map(records.flatMap((record) => (record.status === 'ok' ? [[record.requestHash, record]] : [])));
    const again = failed.filter(({ requestHash }) => later.has(requestHash));
    expect(again.length / failed.length).toBeGreaterThan(0.3);
    expect(again.length / failed.length).toBeLessThan(0.7);
    const repeated = records.filter(({ feature }) => feature === 'search-embed').length;
    const distinct = new Set(records.flatMap((record) => (record.feature === 'search-embed' ? record.requestHash : [])))
      .size;
    expect(1 - distinct / repeated).toBeGreaterThan(0.01);
  });

  it('is slower for more tokens, and streams begin before they end', () => {
    const streams = records.filter(({ timeToFirstTokenMs }) => timeToFirstTokenMs !== undefined);
    expect(streams.length).toBeGreaterThan(records.length / 4);
    expect(streams.filter(({ streamed }) => !streamed)).toEqual([]);
    expect(streams.filter(({ timeToFirstTokenMs = 0, latencyMs = 0 }) => timeToFirstTokenMs > latencyMs)).toEqual([]);
    const median = (feature: string) => {
      const values = records.flatMap((r) => (r.feature === feature && r.status === 'ok' ? (r.latencyMs ?? 0) : []));
      return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
    };
    expect(median('search-embed')).toBeLessThan(200);
    expect(median('classify-ticket')).toBeGreaterThan(300);
    expect(median('code-review')).toBeGreaterThan(3 * median('classify-ticket'));
  });
});
