import { systemClock } from '@tokengrip/core/clock';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { generateSample } from '@tokengrip/core/sample/generate';
import { silentLog } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { Connection, prepareRequest } from '../load/connection.ts';
import { type IngestProcess, startIngestProcess } from '../load/ingest.ts';
import { LEAD_IN_MS, sendPaced, withDashboard } from './paced.ts';
import { type BenchContext, type Figure, median, perSecond, timed } from './report.ts';

const ROUNDS = 3;
const RECORDS = 60_000;
const SINGLE_RECORDS = 15_000;
const DAY_MS = 24 * 3_600_000;
const PACED_BATCH = 100;
const PACED_SECONDS = 15;

interface Load {
  name: string;
  batch: number;
  clients: number;
  records: number;
  /** How many budgets are counted, of different dimensions. */
  budgets?: number;
  /** Each request in a transaction of its own: what sharing them gains. */
  unshared?: boolean;
}

const LOADS: readonly Load[] = [
  { name: 'HTTP, 100 records a request, 32 clients', batch: 100, clients: 32, records: RECORDS },
  { name: 'the same with ten budgets', batch: 100, clients: 32, records: RECORDS, budgets: 10 },
  { name: 'the same with 1,000 budgets', batch: 100, clients: 32, records: RECORDS, budgets: 1_000 },
  { name: 'HTTP, 1,000 records a request, 8 clients', batch: 1_000, clients: 8, records: RECORDS },
  { name: 'HTTP, 1 record a request, 64 clients', batch: 1, clients: 64, records: SINGLE_RECORDS },
  {
    name: 'the same, each request its own transaction',
    batch: 1,
    clients: 64,
    records: SINGLE_RECORDS,
    unshared: true,
  },
];

/** Records over HTTP, validated, priced, summed and committed, against COPY of the same rows into the same tables. */
export async function benchIngest({ database, redisUrl, say }: BenchContext): Promise<Figure[]> {
  const { owner } = database;
  await sql`insert into organizations (id, name) values (1, 'Bench');
    insert into projects (id, organization_id, name) values (1, 1, 'Bench')`.execute(owner);
  await loadPriceSnapshot(owner, silentLog);
  await keepPartitions({ db: owner, log: silentLog, clock: systemClock });
  const { secret } = await createApiKey(owner, 1, { projectId: 1, name: 'bench' });
  const env = { DATABASE_URL: database.url('ingest'), REDIS_URL: redisUrl };
  const shared = await startIngestProcess(env);
  const unshared = await startIngestProcess(env, ['unshared']);
  const copies: number[] = [];
  const rates = LOADS.map((): number[] => []);
  const waits = LOADS.map((): number[] => []);
  const paced: Figure[] = [];
  try {
    await warmUp([shared, unshared], secret);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [i, load] of LOADS.entries()) {
        say(`round ${round + 1} of ${ROUNDS}: ${load.name} …`);
        await emptyTables(owner);
        await setBudgets(owner, load.budgets ?? 0);
        const ingest = load.unshared ? unshared : shared;
        const records = sample(load.records, round * LOADS.length + i + 1);
        const requests = batches(records, load.batch).map((body) => prepareRequest('/v1/usage', secret, body));
        const { ms, result } = await timed(() => post(ingest.address, requests, load.clients));
        rates[i]?.push(records.length / ms);
        waits[i]?.push(...result);
        if (i === 0) copies.push(await copyRate(owner));
      }
    }
    // An eighth of COPY is what 20,000 a second are on a machine of the kind that the limit was written for.
    const eighth = Math.round((median(copies) * 1_000) / 8);
    for (const rate of [eighth, 20_000]) {
      say(`${rate.toLocaleString('en')} records a second, with a dashboard …`);
      await emptyTables(owner);
      const records = justNow(sample(rate * (PACED_SECONDS + LEAD_IN_MS / 1_000), 50 + rate), rate);
      const requests = batches(records, PACED_BATCH).map((body) => prepareRequest('/v1/usage', secret, body));
      const { waits, recordsPerSecond } = await withDashboard(database, 1, () =>
        sendPaced(shared.address, { requests, batch: PACED_BATCH, everyMs: (PACED_BATCH * 1_000) / rate }),
      );
      paced.push({
        what: `HTTP at ${rate.toLocaleString('en')}/s, 100 a request, a dashboard asking`,
        value: `${Math.round(recordsPerSecond).toLocaleString('en')}/s`,
        ratio: percentiles(waits),
      });
    }
  } finally {
    await shared.stop();
    await unshared.stop();
  }
  const copy = median(copies);
  const ratio = (values: number[]) =>
    `${(median(values) / copy).toFixed(2)} of COPY (${values.map((value) => Math.round(value * 1_000)).join(', ')})`;
  return [
    { what: 'COPY of the same rows, one connection', value: perSecond(copy, 1), ratio: ratio(copies) },
    ...LOADS.map(({ name }, i) => ({
      what: name,
      value: perSecond(median(rates[i] ?? []), 1),
      ratio: `${ratio(rates[i] ?? [])}; ${percentiles(waits[i] ?? [])}`,
    })),
    ...paced,
  ];
}

type Owner = BenchContext['database']['owner'];

const emptyTables = (owner: Owner) =>
  sql`truncate usage_records, usage_15m, provider_responses, usage_touched, budget_spend`.execute(owner);

/** Each covers a part of the sample traffic, or all of it; none blocks. */
const CONDITIONS = [
  {},
  { projects: [1] },
  { providers: ['openai'] },
  { models: ['claude-sonnet-5', 'gpt-5.4-mini'] },
  { features: ['summarize'] },
  { environments: ['production'] },
  { users: ['milo.bremoth'] },
  { customers: ['linnetgarth-textiles'] },
  { tags: { team: ['customer-care'] } },
  { providers: ['anthropic'], environments: ['production'] },
];

const setBudgets = (owner: Owner, count: number) => {
  const conditions = Array.from({ length: count }, (_, i) => JSON.stringify(CONDITIONS[i % CONDITIONS.length]));
  return sql`
    with gone as (delete from budgets where organization_id = 1)
    insert into budgets (organization_id, name, conditions, measure, amount, period, thresholds, notify_forecast,
      channel_ids, action, unpriced, reservation, created_at, updated_at, filled_from)
    select 1, 'budget ' || i, condition::jsonb, 'usd', 1000000000000000, 'month', '{50,80,100}', false, '{}', 'notify', 'open', false, now(),
      now(), '-infinity'
    from unnest(${conditions}::text[]) with ordinality as given (condition, i)`.execute(owner);
};

/** Rows a millisecond of `COPY` from a file on the server into a table like usage_records, partitioned and indexed alike. */
async function copyRate(owner: Owner): Promise<number> {
  const { rows } = await sql<{ path: string }>`
    select current_setting('data_directory') || '/bench.copy' as path`.execute(owner);
  const path = sql.lit(rows[0]?.path ?? '');
  const written = await sql<never>`copy (select * from usage_records) to ${path}`.execute(owner);
  await emptyTables(owner);
  const { ms } = await timed(() => sql`copy usage_records from ${path}`.execute(owner));
  return Number(written.numAffectedRows ?? RECORDS) / ms;
}

/** So that the first round is not measured against code that is not compiled yet, as a round sends it and one by one. */
async function warmUp(ingests: readonly IngestProcess[], secret: string): Promise<void> {
  const records = sample(RECORDS, 99);
  for (const { address } of ingests) {
    for (const [size, count] of [
      [100, RECORDS],
      [20, 10_000],
    ] as const) {
      const requests = batches(records.slice(0, count), size).map((body) => prepareRequest('/v1/usage', secret, body));
      await post(address, requests, 32);
    }
  }
}

/** In order of time, over two days up to now. */
function sample(calls: number, seed: number): object[] {
  const to = new Date();
  return [...generateSample({ seed, from: new Date(to.getTime() - 2 * DAY_MS), to, calls })].slice(0, calls);
}

/** The same calls as a service makes them that is in use: one after the other, up to this moment. */
function justNow(records: object[], aSecond: number): object[] {
  const begun = Date.now() - (records.length / aSecond) * 1_000;
  return records.map((record, i) => ({ ...record, timestamp: new Date(begun + (i / aSecond) * 1_000).toISOString() }));
}

function batches(records: object[], size: number): string[] {
  const bodies: string[] = [];
  for (let start = 0; start < records.length; start += size) {
    bodies.push(JSON.stringify({ records: records.slice(start, start + size) }));
  }
  return bodies;
}

/**
 * Sends every request, `clients` at a time, and fails unless each is acknowledged whole.
 * @returns how long each answer took, in milliseconds
 */
async function post(address: string, requests: Buffer[], clients: number): Promise<number[]> {
  const waits: number[] = [];
  let next = 0;
  const client = async () => {
    const connection = new Connection(address);
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const sent = performance.now();
      const { status, body } = await connection.send(request);
      if (status !== 200 || !body.includes('"rejected":[]')) throw new Error(`${status}: ${body.slice(0, 500)}`);
      waits.push(performance.now() - sent);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return waits;
}

function percentiles(waits: readonly number[]): string {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
