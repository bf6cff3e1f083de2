// How much more than its amount a budget that blocks is overspent, by several processes that share it, over two ingests.
// Fails beyond the bound that the SDK's README gives: the calls under way times the dearest, plus two seconds of spending;
// of a budget with reservation the calls under way times what the dearest costs more than its estimate.
//
// node tests/load/budgets.ts, with the addresses of a Postgres and a Redis in TEST_DATABASE_URL and TEST_REDIS_URL.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tokengrip/core/clock';
import { inScope } from '@tokengrip/core/db/scope';
import { fillBudgets } from '@tokengrip/core/domain/budgets/fill-budgets';
import { createBudget, updateBudget } from '@tokengrip/core/domain/budgets/write-budget';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { silentLog } from '@tokengrip/core/testing/context';
import { createTestDatabase, prepareTemplate, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { freePort } from '@tokengrip/local/ports';
import { sql } from 'kysely';
import type { CallerReport, CallerSettings } from './budget-caller.ts';
import { startIngestProcess } from './ingest.ts';

const PROCESSES = Number(process.env.LOAD_PROCESSES ?? 4);
/** Calls at once in each process, and how long one takes, so that the machine is not what limits them. */
const LEVELS = [
  { concurrency: 1, latencyMs: 50 },
  { concurrency: 10, latencyMs: 200 },
  { concurrency: 100, latencyMs: 1_500 },
] as const;
/** The amount is what they spend in about that time. */
const SPEND_MS = 4_000;
const STOPPED_MS = 3_000;
/** gpt-4o: 2.5 and 10 USD a million tokens, at most 2,000 of each. */
const DEAREST_USD = (2_000 * 12.5) / 1e6;
const author = { organizationId: 1, userId: 1, now: new Date() };

const isWanted = (list: string | undefined, name: string) => list === undefined || list.split(',').includes(name);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Result {
  concurrency: number;
  mode: 'plain' | 'reservation';
  limitUsd: number;
  spentUsd: number;
  overshootUsd: number;
  boundUsd: number;
  /** From the raised amount in the database to the first call of the last process. */
  resumedMs: number;
  calls: number;
  errors: number;
}

async function main(): Promise<void> {
  await prepareTemplate();
  const results: Result[] = [];
  for (const mode of ['plain', 'reservation'] as const) {
    if (!isWanted(process.env.LOAD_MODES, mode)) continue;
    for (const level of LEVELS) {
      if (!isWanted(process.env.LOAD_LEVELS, String(level.concurrency))) continue;
      const result = await measure(level, mode);
      results.push(result);
      process.stderr.write(`${JSON.stringify(result)}\n`);
    }
  }
  console.table(results);
  const beyond = results.filter(({ overshootUsd, boundUsd }) => overshootUsd > boundUsd);
  if (beyond.length > 0) throw new Error(`${beyond.length} of ${results.length} went beyond the bound`);
}

async function measure(level: (typeof LEVELS)[number], mode: Result['mode']): Promise<Result> {
  const database = await createTestDatabase();
  const secret = await arrange(database);
  const env = { DATABASE_URL: database.url('ingest'), REDIS_URL: process.env.TEST_REDIS_URL ?? '', LOG_LEVEL: 'warn' };
  const ingests = [
    await startIngestProcess({ ...env, PORT: String(await freePort()) }),
    await startIngestProcess({ ...env, PORT: String(await freePort()) }),
  ];
  const callsPerSecond = (PROCESSES * level.concurrency * 1_000) / level.latencyMs;
  const limitUsd = Math.max(0.2, ((callsPerSecond * SPEND_MS) / 1_000) * (DEAREST_USD / 2));
  const budget = (amount: number) => ({
    name: 'Shared',
    conditions: {},
    measure: 'usd' as const,
    amount: amount.toFixed(6),
    period: 'month' as const,
    thresholds: [],
    notifyForecast: false,
    channelIds: [],
    action: 'block' as const,
    unpriced: 'open' as const,
    reservation: mode === 'reservation',
  });
  const api = { db: database.as('api'), log: silentLog, clock: systemClock };
  const id = await inScope(api, author, (tx) => createBudget(tx, author, budget(limitUsd)));
  await fillBudgets({ db: database.as('worker'), log: silentLog, clock: systemClock });

  const started = Date.now();
  const callers = Array.from({ length: PROCESSES }, (_, i) =>
    startCaller({ ...level, url: ingests[i % 2]?.address ?? '', secret }),
  );
  const reports = async () => Promise.all(callers.map(ask));
  let now = await reports();
  while (now.some(({ firstRefusalAt }) => firstRefusalAt === null)) {
    if (Date.now() - started > 120_000) throw new Error('the budget is not reached');
    await pause(100);
    now = await reports();
  }
  await pause(STOPPED_MS);
  const spentUsd = await spent(database, id);
  const reachedMs = Math.max(...now.map(({ firstRefusalAt }) => firstRefusalAt ?? 0)) - started;
  await inScope(api, author, (tx) => updateBudget(tx, author, id, budget(limitUsd * 100)));
  const raisedAt = Date.now();
  for (const caller of callers) caller.send('raised');
  while (now.some(({ resumedAt }) => resumedAt === null) && Date.now() - raisedAt < 30_000) {
    await pause(20);
    now = await reports();
  }
  const resumedMs = Math.max(...now.map(({ resumedAt }) => resumedAt ?? raisedAt + 30_000)) - raisedAt;
  for (const caller of callers) caller.send('stop');
  await Promise.all(callers.map((caller) => once(caller, 'exit')));
  await Promise.all(ingests.map((ingest) => ingest.stop()));
  await database.drop();

  const underWay = PROCESSES * level.concurrency;
  const perSecond = (spentUsd / reachedMs) * 1_000;
  return {
    concurrency: level.concurrency,
    mode,
    limitUsd: round(limitUsd),
    spentUsd: round(spentUsd),
    overshootUsd: round(spentUsd - limitUsd),
    boundUsd: round(underWay * DEAREST_USD + (mode === 'plain' ? 2 * perSecond : 0)),
    resumedMs,
    calls: now.reduce((sum, { calls }) => sum + calls, 0),
    errors: now.reduce((sum, { errors }) => sum + errors, 0),
  };
}

const round = (usd: number) => Math.round(usd * 1e4) / 1e4;

async function arrange({ owner }: TestDatabase): Promise<string> {
  await sql`insert into organizations (id, name) values (1, 'Load');
    insert into users (id, email, name, password_hash) values (1, 'a@load.test', 'Ada', 'x');
    insert into memberships (organization_id, user_id, role) values (1, 1, 'owner');
    insert into projects (id, organization_id, name) values (1, 1, 'Load')`.execute(owner);
  await loadPriceSnapshot(owner, silentLog);
  await keepPartitions({ db: owner, log: silentLog, clock: systemClock });
  return (await createApiKey(owner, 1, { projectId: 1, name: 'load' })).secret;
}

const startCaller = (settings: CallerSettings): ChildProcess =>
  fork(fileURLToPath(new URL('./budget-caller.ts', import.meta.url)), [JSON.stringify(settings)]);

async function ask(caller: ChildProcess): Promise<CallerReport> {
  caller.send('report');
  const [report] = (await once(caller, 'message')) as [CallerReport];
  return report;
}

async function spent({ owner }: TestDatabase, id: number): Promise<number> {
  const { rows } = await sql<{ total: string }>`
    select coalesce(sum(total_pico_usd), 0)::text as total from budget_spend where budget_id = ${id}`.execute(owner);
  return Number(rows[0]?.total) / 1e12;
}

await main();
