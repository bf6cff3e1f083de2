import { DAY } from '../../clock.ts';
import type { RealizedChange } from '../../contract/realized.ts';
import type { UsageRecord } from '../../contract/usage.ts';
import type { Catalog } from '../../cost/catalog.ts';
import { SAMPLE_COMPANY } from '../../sample/company/company.ts';
import { generateSample } from '../../sample/generate.ts';
import { fractionOf, hashOfText } from '../../sample/random.ts';
import type { FeatureProfile } from '../../sample/types.ts';
import { isRefused, prepareRecord } from '../usage/prepare-record.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import type { CallRow } from '../whatif/call-row.ts';
import { baselineDays } from './baseline.ts';
import { estimateSavings } from './estimate.ts';
import { type DayFigures, noFigures } from './figures.ts';
import { createLook } from './look-at-calls.ts';
import { addShares, type Shares } from './shares.ts';

/** The time before the acceptance, six days in which nothing happens yet, and four weeks of the new way. */
export const ACCEPTED = new Date('2026-05-12T00:00:00Z');
export const SWITCHED = new Date('2026-05-18T00:00:00Z');
const baselineOf = (change: RealizedChange) => ({
  from: new Date(ACCEPTED.getTime() - baselineDays(change) * DAY),
  to: ACCEPTED,
});
export const BASELINE = baselineOf({ kind: 'caching' });
export const END = new Date(SWITCHED.getTime() + 28 * DAY);

const FEATURE: FeatureProfile = {
  name: 'followed',
  team: 'workspace',
  share: 50,
  rhythm: 'office',
  audience: 'customers',
  interactive: true,
  streamed: false,
  prefixTokens: 2_400,
  prefixDays: 30,
  input: { median: 1_200, sigma: 0.9, max: 20_000 },
  output: { median: 300, sigma: 0.6, max: 2_000 },
  maxOutputTokens: 4_000,
  mix: [{ models: { 'gpt-5.4': 1 } }],
};

const on = (models: Record<string, number>): Partial<FeatureProfile> => ({ mix: [{ models }] });

interface Scenario {
  change: RealizedChange;
  before: Partial<FeatureProfile>;
  /** The new way; where calls are only left out, which of the old ones: made anew for every traffic. */
  after: Partial<FeatureProfile> | (() => (record: UsageRecord) => boolean);
  /** Of all calls, whose answer is paid and of no use. */
  spoiled?: number;
}

/** Only the first call of a day with the same request. */
function firstOfDay(): (record: UsageRecord) => boolean {
  const seen = new Set<string>();
  return ({ timestamp = '', requestHash = '' }) => {
    const request = `${timestamp.slice(0, 10)} ${requestHash}`;
    if (seen.has(request)) return false;
    seen.add(request);
    return true;
  };
}

/** What a team may do, and how the traffic looks before and after. */
export const SCENARIOS = {
  'a smaller model of the same provider': {
    change: {
      kind: 'model',
      from: { provider: 'openai', model: 'gpt-5.4' },
      to: { provider: 'openai', model: 'gpt-5.4-mini' },
    },
    before: on({ 'gpt-5.4': 1 }),
    after: on({ 'gpt-5.4-mini': 1 }),
  },
  'a model that a part had before': {
    change: {
      kind: 'model',
      from: { provider: 'openai', model: 'gpt-5.4' },
      to: { provider: 'openai', model: 'gpt-5.4-mini' },
    },
    before: on({ 'gpt-5.4': 0.75, 'gpt-5.4-mini': 0.25 }),
    after: on({ 'gpt-5.4': 0.1, 'gpt-5.4-mini': 0.9 }),
  },
  'a model of another provider': {
    change: {
      kind: 'model',
      from: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
      to: { provider: 'openai', model: 'gpt-5.4-mini' },
    },
    before: { ...on({ 'claude-sonnet-4-5': 1 }), promptCaching: { prefix: '5m' } },
    after: on({ 'gpt-5.4-mini': 1 }),
  },
  'prompt caching': {
    change: { kind: 'caching' },
    before: on({ 'claude-sonnet-4-5': 1 }),
    after: { ...on({ 'claude-sonnet-4-5': 1 }), promptCaching: { prefix: '1h' } },
  },
  'another tier': {
    change: { kind: 'tier', to: 'flex' },
    before: on({ 'gpt-5.4': 1 }),
    after: { ...on({ 'gpt-5.4': 1 }), tier: 'flex' },
  },
  'shorter answers': {
    change: { kind: 'tokens', side: 'output' },
    before: { ...on({ 'gpt-5.4': 1 }), output: { median: 700, sigma: 0.5, max: 4_000 } },
    after: { ...on({ 'gpt-5.4': 1 }), output: { median: 300, sigma: 0.5, max: 4_000 } },
  },
  'requests that are not repeated': {
    change: { kind: 'calls', unit: 'distinct_requests' },
    // What many ask is short.
    before: { ...on({ 'gpt-5.4': 1 }), repeats: 0.7, input: { median: 150, sigma: 0.6, max: 2_000 } },
    after: firstOfDay,
  },
  'calls that do not fail': {
    change: { kind: 'calls', unit: 'ok_calls' },
    before: on({ 'claude-sonnet-4-5': 1 }),
    after:
      () =>
      ({ status }) =>
        status === 'ok',
    spoiled: 1 / 3,
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** As a caller reports it that could not read the answer. */
function spoil(record: UsageRecord, share: number): UsageRecord {
  if (fractionOf(hashOfText(record.id ?? '')) >= share) return record;
  const { finishReason: _, ...rest } = record;
  return { ...rest, status: 'error', errorType: 'invalid_json' };
}

/**
 * The traffic of the old way all the time, and that of the new way: the same people ask at the same times.
 * @param callsPerMonth in 30 days
 */
export function twoWays(name: ScenarioName, seed: number, callsPerMonth: number) {
  const { change, before, after, spoiled = 0 }: Scenario = SCENARIOS[name];
  const { from: begin } = baselineOf(change);
  const whole = { from: begin, to: END };
  const calls = (callsPerMonth * (END.getTime() - begin.getTime())) / (30 * DAY);
  const generate = (feature: Partial<FeatureProfile>, from: Date) => [
    ...generateSample({
      seed,
      from,
      to: END,
      reference: whole,
      calls,
      company: { ...SAMPLE_COMPANY, features: [{ ...FEATURE, ...feature }] },
      incidents: [],
    }),
  ];
  const old = generate(before, begin).map((record) => spoil(record, spoiled));
  const isBefore = (record: UsageRecord) => Date.parse(record.timestamp ?? '') < SWITCHED.getTime();
  const otherwise = old.filter((record) => !isBefore(record));
  const changed = typeof after === 'function' ? otherwise.filter(after()) : generate(after, SWITCHED);
  /** The traffic is what really happened. */
  return { traffic: [...old.filter(isBefore), ...changed], otherwise };
}

const OWNER = { projectId: 11, keyId: null, captureContent: false, retentionDays: 90 };

export function prepare(catalog: Catalog, record: UsageRecord): PreparedRecord {
  const prepared = prepareRecord(record, { owner: OWNER, catalog, now: END });
  if (isRefused(prepared)) throw new Error(`${prepared.field} ${prepared.message}`);
  return prepared;
}

/** What has to be found: the difference of the two ways from the switch on, in pico-USD. */
export function trueSaving(catalog: Catalog, { traffic, otherwise }: ReturnType<typeof twoWays>): bigint {
  const cost = (records: readonly UsageRecord[]) =>
    records.reduce((sum, record) => sum + (prepare(catalog, record).totalPicoUsd ?? 0n), 0n);
  const changed = traffic.filter((record) => Date.parse(record.timestamp ?? '') >= SWITCHED.getTime());
  return cost(otherwise) - cost(changed);
}

/**
 * How many paid calls were wasted before, and would have been since; and how far somebody would be off who knew how many would
 * have been since, but not which, and takes them to cost as much beside the others as before. Of changes that leave calls out.
 */
export function wasted(catalog: Catalog, name: ScenarioName, { traffic, otherwise }: ReturnType<typeof twoWays>) {
  const { after }: Scenario = SCENARIOS[name];
  if (typeof after !== 'function') return undefined;
  const look = (records: readonly UsageRecord[]) => {
    const isKept = after();
    const costs = { kept: [] as number[], wasted: [] as number[] };
    for (const record of records) {
      const cost = Number(prepare(catalog, record).totalPicoUsd ?? 0n);
      if (cost > 0) costs[isKept(record) ? 'kept' : 'wasted'].push(cost);
    }
    return costs;
  };
  const sum = (costs: readonly number[]) => costs.reduce((total, cost) => total + cost, 0);
  const mean = (costs: readonly number[]) => sum(costs) / Math.max(1, costs.length);
  const before = look(traffic.filter((record) => Date.parse(record.timestamp ?? '') < ACCEPTED.getTime()));
  const since = look(otherwise);
  const each = (mean(since.kept) * mean(before.wasted)) / mean(before.kept);
  return {
    before: before.wasted.length,
    since: since.wasted.length,
    errorOfKnowing: (since.wasted.length * each) / sum(since.wasted) - 1,
  };
}

/** The figures of days before and after the acceptance, from records as they would be stored. */
function figuresFrom(catalog: Catalog, name: ScenarioName, traffic: readonly UsageRecord[]) {
  const { change }: Scenario = SCENARIOS[name];
  const records = traffic.map((record) => prepare(catalog, record));
  const before = records.filter(({ ts }) => ts < ACCEPTED);
  const since = records.filter(({ ts }) => ts >= ACCEPTED);
  if (change.kind === 'calls') {
    return { change, baseline: countRecords(before, change.unit), after: everyDay(countRecords(since, change.unit)) };
  }
  const look = (some: readonly PreparedRecord[], shares: Shares | undefined) => {
    const { add, days } = createLook(catalog, change, shares);
    for (const row of some.map(toCallRow)) add(row, dayOf(row));
    return days();
  };
  const baseline = look(before, undefined);
  const movesCalls = change.kind === 'model' || change.kind === 'tier';
  return { change, baseline, after: everyDay(look(since, addShares(baseline, movesCalls ? 'old' : 'new'))) };
}

export function estimateFrom(catalog: Catalog, name: ScenarioName, traffic: readonly UsageRecord[]) {
  const { change, baseline, after } = figuresFrom(catalog, name, traffic);
  return estimateSavings(change, baseline, after);
}

/** What `countCalls` finds of records that are not stored. */
function countRecords(records: readonly PreparedRecord[], unit: 'distinct_requests' | 'ok_calls'): DayFigures[] {
  const byDay = Map.groupBy(records, dayOf);
  return [...byDay].map(([day, ofDay]) => {
    const figures = noFigures(day);
    const group = figures.new;
    group.calls = ofDay.length;
    group.cost = costOf(ofDay);
    if (unit === 'ok_calls') {
      const ok = ofDay.filter(({ status }) => status === 'ok');
      group.units = ok.length;
      group.otherwise.other = costOf(ok);
    } else {
      const requests = Map.groupBy(ofDay, ({ requestHash, eventId }) => requestHash ?? eventId);
      group.units = requests.size;
      for (const calls of requests.values()) group.otherwise.other += costOf(calls) / BigInt(calls.length);
    }
    return figures;
  });
}

const costOf = (records: readonly PreparedRecord[]) =>
  records.reduce((sum, { totalPicoUsd }) => sum + (totalPicoUsd ?? 0n), 0n);

const dayOf = ({ ts }: { ts: Date }) => ts.toISOString().slice(0, 10);

function everyDay(found: readonly DayFigures[]): DayFigures[] {
  const byDay = new Map(found.map((day) => [day.day, day]));
  const days: DayFigures[] = [];
  for (let at = ACCEPTED.getTime(); at < END.getTime(); at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    days.push(byDay.get(day) ?? noFigures(day));
  }
  return days;
}

const toCallRow = (record: PreparedRecord): CallRow => ({
  ts: record.ts,
  event_id: record.eventId,
  source: record.source,
  provider: record.provider,
  model: record.model,
  feature: record.feature,
  total_pico_usd: record.totalPicoUsd,
  input_tokens: record.tokens.input ?? null,
  cache_read_tokens: record.tokens.cache_read ?? null,
  cache_write_5m_tokens: record.tokens.cache_write_5m ?? null,
  cache_write_1h_tokens: record.tokens.cache_write_1h ?? null,
  output_tokens: record.tokens.output ?? null,
  reasoning_tokens: record.tokens.reasoning ?? null,
  max_output_tokens: record.maxOutputTokens,
  requested_tier: record.requestedTier,
  service_tier: record.serviceTier,
  speed: record.speed,
  region: record.region,
  units: record.units,
  tools: record.tools,
  media: null,
  raw_usage: null,
  is_erased: false,
  is_unbilled: record.approximate.includes('no_usage_reported'),
  lacked_fee: false,
});
