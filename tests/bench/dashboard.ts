import { systemClock } from '@tokengrip/core/clock';
import type { UsageQuery } from '@tokengrip/core/contract/analytics';
import { inScope, inSnapshot } from '@tokengrip/core/db/scope';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { deriveRollups } from '@tokengrip/core/domain/rollups/derive-rollups';
import { fillSampleProject } from '@tokengrip/core/domain/sample-data/fill-sample-project';
import { listRecords } from '@tokengrip/core/domain/usage/list-records';
import { queryUsage } from '@tokengrip/core/domain/usage/query-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { type BenchContext, type Figure, inMs, median, timed } from './report.ts';

const SIZE = { days: 365, calls: 1_000_000 };
const RUNS = 7;
const DAY_MS = 24 * 3_600_000;

/**
 * A year of sample data: how long it takes to load and to derive, and what the Overview's queries take on it, as the api's
 * own role.
 */
export async function benchDashboard({ database, redis, say }: BenchContext): Promise<Figure[]> {
  say(`loading ${SIZE.calls.toLocaleString('en')} calls of sample data …`);
  const { owner } = database;
  await sql`insert into organizations (id, name, time_zone, retention_days) values (2, 'Year', 'Europe/Berlin', 400);
    insert into projects (id, organization_id, name) values (2, 2, 'Year')`.execute(owner);
  await loadPriceSnapshot(owner, testContext(owner).log);
  const worker = { ...testContext(database.as('worker'), systemClock), redis };
  const steps = { progress: async () => {}, signal: new AbortController().signal };
  const load = await timed(() => fillSampleProject(worker, { organizationId: 2, projectId: 2 }, steps, SIZE));
  say('deriving …');
  const derive = await timed(() => deriveRollups(worker));
  await sql`vacuum analyze`.execute(owner);

  const api = testContext(database.as('api'), systemClock);
  const now = Date.now();
  const ask = (days: number, more: Partial<UsageQuery>) => () =>
    inSnapshot(api, { organizationId: 2 }, (tx) =>
      queryUsage(
        tx,
        { id: 2, timeZone: 'Europe/Berlin' },
        { from: new Date(now - days * DAY_MS).toISOString(), to: new Date(now).toISOString(), ...more },
      ),
    );
  const trend: Partial<UsageQuery> = {
    metrics: ['cost', 'calls', 'tokens', 'errors', 'pricedCalls'],
    groupBy: ['model'],
    bucket: 'day',
    compare: 'previous',
  };
  const figures: Figure[] = [
    {
      what: `load ${load.result.records.toLocaleString('en')} records of sample data`,
      value: `${(load.ms / 1_000).toFixed(1)} s`,
    },
    {
      what: `derive its ${derive.result.days} days`,
      value: `${(derive.ms / 1_000).toFixed(1)} s`,
      ratio: `${(derive.ms / load.ms).toFixed(2)} of loading them`,
    },
  ];
  for (const days of [7, 30, 90, 365]) {
    say(`${days} days …`);
    const fromRecords = await timed(() => sumOfRecords(owner, now, days));
    const ms = await typical(ask(days, trend));
    figures.push({
      what: `spend by model and day, compared, ${days} days`,
      value: inMs(ms),
      ratio: `${(ms / fromRecords.ms).toFixed(2)} of one sum over the records`,
    });
  }
  const more: [string, Partial<UsageQuery>][] = [
    ['spend by customer and day', { metrics: ['cost', 'calls'], groupBy: ['customer'], bucket: 'day' }],
    ['users, customers and sessions', { metrics: ['users', 'customers', 'sessions'] }],
    ['latency by model', { metrics: ['latencyP50', 'latencyP95'], groupBy: ['model'] }],
  ];
  for (const [what, query] of more) {
    figures.push({ what: `${what}, 30 days`, value: inMs(await typical(ask(30, query))) });
  }
  const newest = () => inScope(api, { organizationId: 2 }, (tx) => listRecords(tx, 2, { limit: 50 }));
  figures.push({ what: 'the newest 50 records', value: inMs(await typical(newest)) });
  return figures;
}

async function typical(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push((await timed(work)).ms);
  return median(times);
}

const sumOfRecords = (owner: BenchContext['database']['owner'], now: number, days: number) =>
  sql`
  select model, date_trunc('day', ts, 'Europe/Berlin'), sum(total_pico_usd), count(*)
  from usage_calls where project_id = 2 and ts >= ${new Date(now - days * DAY_MS)} group by 1, 2`.execute(owner);
