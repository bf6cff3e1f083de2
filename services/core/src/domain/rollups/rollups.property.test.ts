import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import type { Dimension, Metric, UsageQuery, UsageResult } from '../../contract/analytics.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { createPartitions } from '../../db/partitions.ts';
import { inScope, inSnapshot } from '../../db/scope.ts';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { queryUsage } from '../usage/query-usage.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { bucketStarts } from '../usage/time-buckets.ts';
import { buildCalendars } from './build-calendars.ts';
import { changeTimeZone } from './change-time-zone.ts';
import { checkRollups } from './check-rollups.ts';
import { deriveRollups } from './derive-rollups.ts';
import { inOneView } from './in-one-view.ts';
import { recomputeBuckets } from './recompute-buckets.ts';

const START = Date.parse('2026-07-28T00:00:00Z');
const SPAN_MS = 5 * 24 * 3_600_000;
const QUARTERS = SPAN_MS / ROLLUP_BUCKET_MS;
const ZONES = ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin'];
/** Sums, and then what does not add up. */
const SUMS = ['cost', 'calls', 'errors', 'tokens', 'cacheReadTokens', 'pricedCalls', 'unpricedCalls'] as const;
const METRICS: Metric[] = [...SUMS, 'latencyP50', 'timeToFirstTokenP95', 'users', 'sessions'];
const DIMENSIONS: Dimension[] = [
  'model',
  'feature',
  'environment',
  'project',
  'status',
  'user',
  'customer',
  'tag:team',
];

const anyRecord = fc.record({
  at: fc.integer({ min: 0, max: SPAN_MS - 1 }),
  project: fc.integer({ min: 0, max: 1 }),
  model: fc.constantFrom('a', 'b', 'c'),
  feature: fc.constantFrom(null, 'chat'),
  environment: fc.constantFrom(null, 'production', 'staging'),
  status: fc.constantFrom('ok' as const, 'error' as const),
  endUser: fc.constantFrom(null, 'u1', 'u2', 'u3'),
  customer: fc.constantFrom(null, 'acme'),
  session: fc.constantFrom(null, 's1', 's2'),
  tags: fc.constantFrom(null, { team: 'x' }, { team: 'y', other: 'z' }, { other: 'z' }),
  latencyMs: fc.option(fc.integer({ min: 1, max: 500_000 }), { nil: null }),
  timeToFirstTokenMs: fc.option(fc.constantFrom(1, 2, 1024, 5000), { nil: null }),
  input: fc.integer({ min: 1, max: 1_000_000 }),
  cacheRead: fc.integer({ min: 0, max: 9 }),
  cost: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n }), { nil: null }),
  // A second report of the same response comes from another source, and is a duplicate.
  response: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null, freq: 2 }),
  source: fc.constantFrom('openai.chat', 'litellm'),
});

const anyQuery = fc.record({
  // Half of the bounds are whole quarters, so that whole days come up.
  bounds: fc.tuple(fc.nat(QUARTERS - 1), fc.nat(QUARTERS), fc.constantFrom(0, 0, 1, 271_828)),
  bucket: fc.constantFrom(undefined, 'hour', 'day', 'day', 'week', 'month'),
  timeZone: fc.constantFrom(undefined, undefined, ...ZONES),
  groupBy: fc.subarray(DIMENSIONS, { maxLength: 2 }),
  model: fc.subarray(['a', 'b'], { maxLength: 1 }),
  environment: fc.subarray(['', 'production']),
  user: fc.constantFrom<string[]>([], [], ['u1', '']),
  limit: fc.constantFrom(2, 50),
  compare: fc.constantFrom(undefined, 'previous' as const),
});

const anyCommand = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('store' as const), records: fc.array(anyRecord, { maxLength: 40 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      records: fc.array(anyRecord, { maxLength: 20 }),
      build: fc.boolean(),
      kill: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'derive' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'interruptedDerive' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), index: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('zone' as const), timeZone: fc.constantFrom(...ZONES) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'build' as const }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('query' as const), query: anyQuery }) },
);

type AnyRecord = typeof anyRecord extends fc.Arbitrary<infer T> ? T : never;
type AnyQuery = typeof anyQuery extends fc.Arbitrary<infer T> ? T : never;
type Command = typeof anyCommand extends fc.Arbitrary<infer T> ? T : never;

/** A record as the database has it: what the figures have to add up to. */
interface Stored {
  project_id: number;
  ts: Date;
  event_id: string;
  model: string;
  feature: string | null;
  environment: string | null;
  status: 'ok' | 'error';
  cost_status: string;
  total_pico_usd: bigint | null;
  input_tokens: number;
  cache_read_tokens: number | null;
  latency_ms: number | null;
  time_to_first_token_ms: number | null;
  end_user: string | null;
  customer: string | null;
  session: string | null;
  tags: Record<string, string> | null;
}

describe('queries over derived rollups', () => {
  let database: TestDatabase;
  let ingest: Context;
  let worker: Context;
  let api: Context;
  let organizations = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    ingest = testContext(database.as('ingest'));
    worker = testContext(database.as('worker'));
    api = testContext(database.as('api'));
    await createPartitions(worker.db, { from: new Date(START), to: new Date(START + SPAN_MS) });
  });
  afterAll(() => database.drop());

  /** An organization with two projects: the numbers of its projects follow from its own. */
  async function newOrganization(): Promise<number> {
    organizations += 1;
    const id = organizations;
    await sql`insert into organizations (id, name) values (${id}, 'Any')`.execute(database.owner);
    await sql`insert into projects (id, organization_id, name) values (${id * 10}, ${id}, 'A'), (${id * 10 + 1}, ${id}, 'B')`.execute(
      database.owner,
    );
    return id;
  }

  const store = (id: number, records: readonly AnyRecord[]) =>
    storeUsage(
      ingest,
      records.map((record) => prepared(id, record)),
    );

  const stored = async (id: number) => {
    const { rows } = await sql<Stored>`
      select * from usage_calls where project_id in (${id * 10}, ${id * 10 + 1}) and duplicate_of is null order by ts`.execute(
      database.owner,
    );
    return rows;
  };

  async function run(id: number, command: Command): Promise<void> {
    switch (command.kind) {
      case 'store':
        return void (await store(id, command.records));
      case 'derive':
        return afterKill(() => deriveRollups(worker));
      case 'interruptedDerive':
        return void (await deriveRollups(worker, { signal: abortedAfter(1) }).catch(() => {}));
      case 'build':
        return afterKill(() => buildCalendars(worker));
      case 'zone':
        return inScope(api, { organizationId: id }, (tx) => changeTimeZone(tx, id, command.timeZone));
      case 'delete': {
        const records = await stored(id);
        const record = records[command.index % Math.max(1, records.length)];
        return record && afterKill(() => deleteRecord(record));
      }
      case 'race': {
        const racers = [store(id, command.records), deriveRollups(worker), deriveRollups(worker)];
        if (command.build) racers.push(buildCalendars(worker) as Promise<never>);
        const ends = Promise.allSettled(racers);
        if (command.kill) await killWorkers();
        await ends;
        return;
      }
      case 'query':
        return expectExact(id, command.query);
    }
  }

  const deleteRecord = (record: Stored) =>
    inOneView(worker.db, async (tx) => {
      await sql`delete from usage_records where project_id = ${record.project_id} and ts = ${record.ts}
        and event_id = ${record.event_id}`.execute(tx);
      const from = new Date(Math.floor(record.ts.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS);
      await recomputeBuckets(tx, record.project_id, { from, to: new Date(from.getTime() + ROLLUP_BUCKET_MS) });
    });

  /** A killed connection may still be in the pool when the next job begins; the queue runs such a job again. */
  async function afterKill(job: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return void (await job());
      } catch (error) {
        if (tries === 10 || !/connection|ECONNRESET|EPIPE/i.test((error as Error).message)) throw error;
      }
    }
  }

  const killWorkers = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${database.name} and application_name = 'test-worker'`.execute(database.owner);

  async function expectExact(id: number, input: AnyQuery): Promise<void> {
    const query = contractQuery(input);
    const { time_zone: timeZone } = await database.owner
      .selectFrom('organizations')
      .select('time_zone')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const result = await inSnapshot(api, { organizationId: id }, (tx) => queryUsage(tx, { id, timeZone }, query));
    const records = (await stored(id)).filter((record) => passes(record, query));
    expectEqual(result, records, query, query.timeZone ?? timeZone);
  }

  it('equal the sums over the records, whatever came late, twice, or was deleted, and whoever was killed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCommand, { minLength: 4, maxLength: 25 }), anyQuery, async (commands, last) => {
        const id = await newOrganization();
        for (const command of commands) await run(id, command);
        await expectExact(id, last);
        // And when all is quiet nothing waits, and nothing differs from what it sums up.
        await afterKill(() => buildCalendars(worker));
        await afterKill(() => deriveRollups(worker));
        await expectExact(id, last);
        expect((await sql`select from usage_touched`.execute(database.owner)).rows).toHaveLength(0);
        await afterKill(async () => expect(await checkRollups(worker, { repair: false })).toEqual([]));
      }),
      // Shrinking takes minutes, each step being a sequence of its own: a seed is enough to begin with.
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 10), endOnFailure: true },
    );
  }, 120_000);
});

function prepared(id: number, record: AnyRecord): PreparedRecord {
  const { at, project, input, cacheRead, cost, response, ...rest } = record;
  return testRecord({
    ...rest,
    projectId: id * 10 + project,
    ts: new Date(START + at),
    tokens: cacheRead > 0 ? { input, cache_read: cacheRead } : { input },
    responseId: response === null ? null : `response-${response}`,
    ...(cost === null
      ? { costStatus: 'unpriced', totalPicoUsd: null }
      : { costs: { input: cost }, totalPicoUsd: cost }),
  });
}

function contractQuery({ bounds: [a, b, off], ...rest }: AnyQuery): UsageQuery {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return {
    from: new Date(START + low * ROLLUP_BUCKET_MS + off).toISOString(),
    to: new Date(START + (high + 1) * ROLLUP_BUCKET_MS - off).toISOString(),
    metrics: METRICS,
    model: rest.model,
    environment: rest.environment,
    user: rest.user,
    limit: rest.limit,
    ...(rest.groupBy.length > 0 ? { groupBy: rest.groupBy } : {}),
    ...(rest.bucket ? { bucket: rest.bucket as 'day' } : {}),
    ...(rest.timeZone ? { timeZone: rest.timeZone } : {}),
    ...(rest.compare ? { compare: rest.compare } : {}),
  } as UsageQuery;
}

const passes = (record: Stored, { model, environment, user }: UsageQuery): boolean =>
  (!model?.length || model.includes(record.model)) &&
  (!environment?.length || environment.includes(record.environment ?? '')) &&
  (!user?.length || user.includes(record.end_user ?? ''));

const KEY: Record<string, (record: Stored) => string> = {
  model: ({ model }) => model,
  feature: ({ feature }) => feature ?? '',
  environment: ({ environment }) => environment ?? '',
  project: ({ project_id }) => String(project_id),
  status: ({ status }) => status,
  user: ({ end_user }) => end_user ?? '',
  customer: ({ customer }) => customer ?? '',
  'tag:team': ({ tags }) => tags?.team ?? '',
};

function expectEqual(result: UsageResult, all: readonly Stored[], query: UsageQuery, timeZone: string): void {
  const period = { from: new Date(query.from), to: new Date(query.to) };
  const lengthMs = period.to.getTime() - period.from.getTime();
  const within = (records: readonly Stored[], from: number, to: number) =>
    records.filter(({ ts }) => ts.getTime() >= from && ts.getTime() < to);
  const records = within(all, period.from.getTime(), period.to.getTime());
  const before = within(all, period.from.getTime() - lengthMs, period.from.getTime());
  const starts = query.bucket ? bucketStarts(period, query.bucket as 'day', timeZone) : [];
  const seriesOf = (of: readonly Stored[]) =>
    starts.map((start, i) => within(of, start.getTime(), (starts[i + 1] ?? period.to).getTime()));
  const keyOf = (record: Stored) => (query.groupBy ?? []).map((dimension) => KEY[dimension]?.(record) ?? '');
  const ofGroup = (of: readonly Stored[], key: readonly string[]) =>
    of.filter((record) => JSON.stringify(keyOf(record)) === JSON.stringify(key));

  expectValues(result.totals, records);
  if (query.compare) expectValues(result.previous, before);
  result.series.forEach((values, i) => void expectValues(values, seriesOf(records)[i] ?? []));
  const keys = new Set(query.groupBy ? records.map((record) => JSON.stringify(keyOf(record))) : []);
  expect(result.groups.length + (result.other?.groups ?? 0)).toBe(keys.size);
  for (const group of result.groups) {
    const own = ofGroup(records, group.key);
    expectValues(group.totals, own);
    group.series.forEach((values, i) => void expectValues(values, seriesOf(own)[i] ?? []));
    if (query.compare) expectValues(group.previous, ofGroup(before, group.key));
  }
  if (result.other) {
    const named = new Set(result.groups.map(({ key }) => JSON.stringify(key)));
    const rest = records.filter((record) => !named.has(JSON.stringify(keyOf(record))));
    expectValues(result.other.totals, rest);
    result.other.series.forEach((values, i) => void expectValues(values, seriesOf(rest)[i] ?? []));
  }
}

function expectValues(values: UsageResult['totals'] | null, records: readonly Stored[]): void {
  const { latencyP50, timeToFirstTokenP95, ...exact } = values ?? {};
  const count = (test: (record: Stored) => boolean) => records.filter(test).length;
  const distinct = (value: (record: Stored) => string | null) => new Set(records.flatMap((r) => value(r) ?? [])).size;
  expect(exact).toEqual({
    cost: formatPicoUsd(records.reduce((sum, { total_pico_usd }) => sum + (total_pico_usd ?? 0n), 0n)),
    calls: records.length,
    errors: count(({ status }) => status === 'error'),
    tokens: records.reduce((sum, r) => sum + r.input_tokens + (r.cache_read_tokens ?? 0), 0),
    cacheReadTokens: records.reduce((sum, r) => sum + (r.cache_read_tokens ?? 0), 0),
    pricedCalls: count(({ cost_status }) => cost_status === 'priced'),
    unpricedCalls: count(({ cost_status }) => cost_status === 'unpriced'),
    users: distinct(({ end_user }) => end_user),
    sessions: distinct(({ session }) => session),
  });
  expectNear(
    latencyP50,
    records.flatMap((r) => r.latency_ms ?? []),
    0.5,
  );
  expectNear(
    timeToFirstTokenP95,
    records.flatMap((r) => r.time_to_first_token_ms ?? []),
    0.95,
  );
}

/** A percentile by the nearest rank, within what the histogram promises. */
function expectNear(value: number | null | undefined, measured: readonly number[], share: number): void {
  const exact = [...measured].sort((a, b) => a - b)[Math.ceil(share * measured.length) - 1];
  if (exact === undefined) expect(value).toBeNull();
  else expect(Math.abs((value ?? Number.NaN) - exact)).toBeLessThanOrEqual(0.1 * exact + 0.5);
}

/** Aborts at the nth time that somebody looks. */
function abortedAfter(looks: number): AbortSignal {
  const controller = new AbortController();
  let left = looks;
  controller.signal.throwIfAborted = () => {
    if (left === 0) throw new Error('interrupted');
    left -= 1;
  };
  return controller.signal;
}
