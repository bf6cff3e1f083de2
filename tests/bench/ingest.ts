import { Agent, request } from 'node:http';
import { systemClock } from '@tokengrip/core/clock';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { generateSample } from '@tokengrip/core/sample/generate';
import { silentLog } from '@tokengrip/core/testing/context';
import { startIngest } from '@tokengrip/ingest/start';
import { sql } from 'kysely';
import { type BenchContext, type Figure, median, perSecond, timed } from './report.ts';

const ROUNDS = 3;
const RECORDS = 40_000;
const DAY_MS = 24 * 3_600_000;

/** Records over HTTP, validated, priced, summed and committed, against COPY of the same rows into the same tables. */
export async function benchIngest({ database, redisUrl, say }: BenchContext): Promise<Figure[]> {
  const { owner } = database;
  await sql`insert into organizations (id, name) values (1, 'Bench');
    insert into projects (id, organization_id, name) values (1, 1, 'Bench')`.execute(owner);
  await loadPriceSnapshot(owner, silentLog);
  await keepPartitions({ db: owner, log: silentLog, clock: systemClock });
  const { secret } = await createApiKey(owner, 1, { projectId: 1, name: 'bench' });
  const ingest = await startIngest({
    DATABASE_URL: database.url('ingest'),
    REDIS_URL: redisUrl,
    PORT: '0',
    LOG_LEVEL: 'warn',
  });
  const rates: Record<'copy' | 'batch100' | 'batch1', number[]> = { copy: [], batch100: [], batch1: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      say(`ingest, round ${round + 1} of ${ROUNDS} …`);
      await emptyTables(database.owner);
      const records = sample(RECORDS, round * 3 + 1);
      const whole = await timed(() => post(ingest.address, secret, batches(records, 100), 32));
      rates.batch100.push(records.length / whole.ms);
      rates.copy.push(await copyRate(database.owner));
      const few = sample(RECORDS / 10, round * 3 + 2);
      const single = await timed(() => post(ingest.address, secret, batches(few, 1), 64));
      rates.batch1.push(few.length / single.ms);
    }
  } finally {
    await ingest.close();
  }
  const copy = median(rates.copy);
  const ratio = (values: number[]) =>
    `${(median(values) / copy).toFixed(2)} of COPY (${values.map((value) => Math.round(value * 1_000)).join(', ')})`;
  return [
    { what: 'COPY of the same rows, one connection', value: perSecond(copy, 1), ratio: ratio(rates.copy) },
    {
      what: 'HTTP, 100 records a request, 32 clients',
      value: perSecond(median(rates.batch100), 1),
      ratio: ratio(rates.batch100),
    },
    {
      what: 'HTTP, 1 record a request, 64 clients',
      value: perSecond(median(rates.batch1), 1),
      ratio: ratio(rates.batch1),
    },
  ];
}

type Owner = BenchContext['database']['owner'];

const emptyTables = (owner: Owner) => sql`truncate usage_records, usage_15m, provider_responses`.execute(owner);

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

function sample(calls: number, seed: number): object[] {
  const to = new Date();
  return [...generateSample({ seed, from: new Date(to.getTime() - 2 * DAY_MS), to, calls })].slice(0, calls);
}

function batches(records: object[], size: number): string[] {
  const bodies: string[] = [];
  for (let start = 0; start < records.length; start += size) {
    bodies.push(JSON.stringify({ records: records.slice(start, start + size) }));
  }
  return bodies;
}

/** Sends every body, `clients` at a time, and fails unless each is acknowledged whole. */
async function post(address: string, secret: string, bodies: string[], clients: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const queue = [...bodies];
  const client = async () => {
    for (let body = queue.pop(); body !== undefined; body = queue.pop()) await send(agent, address, secret, body);
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
}

function send(agent: Agent, address: string, secret: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const sent = request(`${address}/v1/usage`, { method: 'POST', agent, headers }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => {
        text += chunk;
      });
      reply.on('end', () => {
        if (reply.statusCode === 200 && text.includes('"rejected":[]')) resolve();
        else reject(new Error(`${reply.statusCode}: ${text.slice(0, 500)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
