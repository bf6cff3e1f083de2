import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@tokengrip/core/clock';
import { systemClock } from '@tokengrip/core/clock';
import { inScope } from '@tokengrip/core/db/scope';
import { createBudget, updateBudget } from '@tokengrip/core/domain/budgets/write-budget';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { fillBudgetsJob, QUEUE_NAMES } from '@tokengrip/core/queues/jobs';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { connectRedis } from '@tokengrip/core/redis';
import { silentLog } from '@tokengrip/core/testing/context';
import { createTestDatabase, prepareTemplate, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { freePort } from '@tokengrip/local/ports';
import { sql } from 'kysely';
import { type IngestProcess, startIngestProcess } from './ingest.ts';
import { type KillableRedis, startKillableRedis } from './killable-redis.ts';

interface SharedBudget {
  id: number;
  organizationId: number;
  secret: string;
}

export type Terms = { limitUsd: number; reservation: boolean; period: 'day' | 'month' };

/** Two ingests, a worker, a Redis that may be killed, and the Postgres in TEST_DATABASE_URL. */
export interface BudgetInstallation {
  redis: KillableRedis;
  ingests: () => string[];
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** The last start of the services. */
  startTookMs(): number;
  /** Starts the services anew with a calendar that is so far ahead. */
  useClock(aheadMs: number): Promise<void>;
  /** A key of an organization without budgets. */
  makeKey(): Promise<string>;
  /** A budget in an organization of its own, once the worker has counted what it has spent: nothing. */
  makeBudget(terms: Terms): Promise<SharedBudget>;
  raise(budget: SharedBudget, terms: Terms): Promise<void>;
  spentPicoUsd(budget: SharedBudget): Promise<number>;
  stop(): Promise<void>;
}

const SHIFTED = new URL('./shifted-clock.ts', import.meta.url).href;
const WORKER = fileURLToPath(new URL('../../services/worker/src/main.ts', import.meta.url));
const READY_MS = 120_000;

/** @param directory empty, and removed by the caller */
export async function startBudgetInstallation(directory: string): Promise<BudgetInstallation> {
  await prepareTemplate();
  const redis = await startKillableRedis(join(directory, 'redis'));
  const database = await createTestDatabase();
  await loadPriceSnapshot(database.owner, silentLog);
  await keepPartitions({ db: database.owner, log: silentLog, clock: systemClock });
  const jobs = createJobSender(redis.url, silentLog);
  let aheadMs = 0;
  let startTookMs = 0;
  let ingests: IngestProcess[] = [];
  let worker: ChildProcess | undefined;
  const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
  const api = { db: database.as('api'), log: silentLog, clock };
  const author = ({ organizationId }: Pick<SharedBudget, 'organizationId'>) => ({
    organizationId,
    userId: 1,
    now: clock.now(),
  });
  const environment = (role: 'ingest' | 'worker') => ({
    DATABASE_URL: database.url(role),
    REDIS_URL: redis.url,
    LOG_LEVEL: 'fatal',
    NODE_OPTIONS: `--import ${SHIFTED}`,
    LOAD_CLOCK_AHEAD_MS: String(aheadMs),
  });

  async function startWorker(): Promise<void> {
    if (worker) return;
    const port = await freePort();
    const own = { ENCRYPTION_SECRET: 'only-for-tests-only-for-tests', AIR_GAPPED: 'true', PORT: String(port) };
    const child = fork(WORKER, { env: { ...process.env, ...environment('worker'), ...own } });
    worker = child;
    for (const until = Date.now() + READY_MS; Date.now() < until; await delay(100)) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (child.exitCode !== null) break;
    }
    throw new Error(`the worker did not start: ${child.exitCode ?? 'it is not ready in time'}`);
  }

  /** A connection that was cut takes up to two seconds to come back. */
  async function queueFill(): Promise<void> {
    for (const until = Date.now() + READY_MS; ; await delay(100)) {
      try {
        return await jobs.send(fillBudgetsJob, {});
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  }

  async function endWorker(signal: NodeJS.Signals): Promise<void> {
    if (!worker) return;
    const ended = once(worker, 'exit');
    worker.kill(signal);
    worker = undefined;
    await ended;
  }

  async function startServices(): Promise<void> {
    const begun = performance.now();
    const ingest = { ...environment('ingest'), INGEST_RATE_LIMIT_PER_MINUTE: '60000' };
    [ingests] = await Promise.all([
      Promise.all([startIngestProcess(ingest), startIngestProcess(ingest)]),
      startWorker(),
    ]);
    await warmUp();
    await waitForQuiet();
    startTookMs = performance.now() - begun;
  }

  const makeKey = async () => (await makeOrganization(database)).secret;

  /** An ingest that has just started reads the price list first; one that runs for a while has it. */
  async function warmUp(): Promise<void> {
    const secret = await makeKey();
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    for (const { address } of ingests) {
      const reply = await fetch(`${address}/v1/usage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ source: 'openai.chat', model: 'gpt-4o', usage }),
      });
      if (!reply.ok) throw new Error(`an ingest answers ${reply.status}`);
    }
  }

  /** A worker that starts in a fresh installation makes its partitions first, and all else that is due. */
  async function waitForQuiet(): Promise<void> {
    const connection = connectRedis(redis.url, silentLog, { enableOfflineQueue: true });
    const lists = QUEUE_NAMES.flatMap((name) => [`bull:${name}:wait`, `bull:${name}:active`]);
    for (const until = Date.now() + READY_MS; Date.now() < until; await delay(100)) {
      const lengths = await Promise.all(lists.map((list) => connection.llen(list)));
      if (lengths.every((length) => length === 0)) break;
    }
    connection.disconnect();
  }

  await startServices();
  return {
    redis,
    ingests: () => ingests.map(({ address }) => address),
    startTookMs: () => startTookMs,
    startWorker,
    killWorker: () => endWorker('SIGKILL'),
    async useClock(ms) {
      if (ms === aheadMs) return;
      await Promise.all([endWorker('SIGTERM'), ...ingests.map((ingest) => ingest.stop())]);
      aheadMs = ms;
      // What waits there is of another time.
      await redis.kill();
      await redis.restart({ forgetting: true });
      await startServices();
    },
    makeKey,
    async makeBudget(terms) {
      const made = await makeOrganization(database);
      const id = await inScope(api, author(made), (tx) => createBudget(tx, author(made), wordsOf(terms)));
      await queueFill();
      for (const until = Date.now() + READY_MS; ; await delay(50)) {
        const { rows } = await sql<{ filled: boolean }>`
          select coalesce(filled_from = '-infinity', false) as filled from budgets where id = ${id}`.execute(
          database.owner,
        );
        if (rows[0]?.filled) return { ...made, id };
        if (Date.now() > until) throw new Error('the worker does not fill the budget');
      }
    },
    async raise(budget, terms) {
      await inScope(api, author(budget), (tx) => updateBudget(tx, author(budget), budget.id, wordsOf(terms)));
    },
    async spentPicoUsd({ id }) {
      const { rows } = await sql<{ total: string }>`
        select coalesce(sum(total_pico_usd), 0)::text as total from budget_spend where budget_id = ${id}`.execute(
        database.owner,
      );
      return Number(rows[0]?.total);
    },
    async stop() {
      await Promise.all([endWorker('SIGTERM'), ...ingests.map((ingest) => ingest.stop())]);
      await jobs.close();
      await database.drop();
      await redis.stop();
    },
  };
}

const wordsOf = ({ limitUsd, reservation, period }: Terms) => ({
  name: 'Shared',
  conditions: {},
  measure: 'usd' as const,
  amount: limitUsd.toFixed(6),
  period,
  thresholds: [80, 100],
  notifyForecast: false,
  channelIds: [],
  action: 'block' as const,
  unpriced: 'open' as const,
  reservation,
});

async function makeOrganization({ owner }: TestDatabase): Promise<Pick<SharedBudget, 'organizationId' | 'secret'>> {
  const { rows } = await sql<{ id: number; project_id: number }>`
    with made as (insert into organizations (name, time_zone) values ('Load', 'UTC') returning id),
      ada as (insert into users (id, email, name, password_hash) values (1, 'a@load.test', 'Ada', 'x') on conflict do nothing),
      project as (insert into projects (organization_id, name) select id, 'Load' from made returning id, organization_id)
    select organization_id as id, id as project_id from project`.execute(owner);
  const [made] = rows;
  if (!made) throw new Error('no organization was made');
  const { secret } = await createApiKey(owner, made.id, { projectId: made.project_id, name: 'load' });
  return { organizationId: made.id, secret };
}
