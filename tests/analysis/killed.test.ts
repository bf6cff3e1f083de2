import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SECOND, systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { inScope } from '@tokengrip/core/db/scope';
import { cancelAnalysis, findAnalysis } from '@tokengrip/core/domain/analysis/list-analyses';
import { previewAnalysis } from '@tokengrip/core/domain/analysis/preview-analysis';
import { startAnalysis } from '@tokengrip/core/domain/analysis/start-analysis';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { silentLog, testContext } from '@tokengrip/core/testing/context';
import { testRedis, testRedisUrl } from '@tokengrip/core/testing/redis';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AnalysisSuite, API_KEY, answering, MODEL, startAnalysisSuite } from './suite.ts';

const WORKER = fileURLToPath(import.meta.resolve('@tokengrip/worker/main'));

let suite: AnalysisSuite;
const workers: ChildProcess[] = [];
const jobs = createJobSender(testRedisUrl(), silentLog);

async function flushRedis(): Promise<void> {
  const redis = testRedis();
  await redis.flushdb();
  redis.disconnect();
}

beforeAll(async () => {
  await flushRedis();
  suite = await startAnalysisSuite();
  const now = Date.now();
  await createPartitions(suite.database.owner, { from: new Date(now), to: new Date(now + 2 * 86_400 * SECOND) });
}, 60 * SECOND);
afterAll(async () => {
  await Promise.all(workers.map(kill));
  await jobs.close();
  await suite.close();
  await flushRedis();
});

/** A worker as it runs in production, in a process of its own. */
function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [WORKER], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: suite.database.url('worker'),
      REDIS_URL: testRedisUrl(),
      ENCRYPTION_SECRET: 'only-for-tests-only-for-tests',
      PRICING_SYNC_URL: 'http://127.0.0.1:9/none',
      ANTHROPIC_API_KEY: API_KEY,
      ANTHROPIC_BASE_URL: suite.anthropic.baseUrl,
      ANALYSIS_MODEL: MODEL,
      LOG_LEVEL: 'silent',
      HOST: '127.0.0.1',
      PORT: '0',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  workers.push(worker);
  return worker;
}

/** Without a word to anybody. */
async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}

/** Somebody at a page, now: the workers have a clock of their own. */
const person = () => ({ ...testContext(suite.database.as('api'), systemClock), jobs });
const find = (id: number) => inScope(person(), suite.member, (tx) => findAnalysis(tx, 1, id));

async function begin(): Promise<number> {
  const request = { from: '2026-07-30T00:00:00.000Z', to: '2026-08-01T12:00:00.000Z', projectId: [11] };
  const { id, documentHash } = await previewAnalysis(person(), suite.member, request);
  await startAnalysis(person(), suite.member, { previewId: id, documentHash });
  return id;
}

/** As if a minute and a half had gone by, after which whoever worked on it is taken to be gone. */
const passTime = (id: number) =>
  sql`update analyses set touched_at = touched_at - interval '2 minutes' where id = ${id} and state = 'running'`.execute(
    suite.database.owner,
  );

const GOOD = { ...answering({ summary: 'x', findings: [] }), usage: { input_tokens: 1_000, output_tokens: 10 } };

it('a worker that is killed while Claude answers leaves nothing stuck: the next says so, asks nothing again, and takes the next analysis', {
  timeout: 180 * SECOND,
}, async () => {
  // Starting a process takes as long as the machine lets it.
  const soon = { timeout: 60 * SECOND, interval: 50 };
  const first = startWorker();
  await vi.waitFor(async () => {
    const { rows } = await sql`
        select from analysis_service where host = ${new URL(suite.anthropic.baseUrl).host}`.execute(
      suite.database.owner,
    );
    expect(rows).toHaveLength(1);
  }, soon);
  suite.anthropic.reply({ ...GOOD, hangAfter: 4 });
  const id = await begin();
  await vi.waitFor(() => expect(suite.anthropic.requests).toHaveLength(1), soon);
  expect(await find(id)).toMatchObject({ state: 'running', stage: 'asking' });

  await kill(first);
  expect(await suite.anthropic.requests[0]?.closed).toBe(true);
  // Nobody was there to write anything down.
  expect(await find(id)).toMatchObject({ state: 'running', requests: 1 });
  await passTime(id);
  startWorker();

  await vi.waitFor(async () => expect((await find(id)).state).toBe('failed'), soon);
  expect(await find(id)).toMatchObject({
    failure: { code: 'interrupted' },
    requests: 1,
    cost: '0',
    costIncomplete: true,
  });
  expect(suite.anthropic.requests).toHaveLength(1);
  expect(await suite.ownCalls()).toEqual([]);
  await expect(inScope(person(), suite.member, (tx) => cancelAnalysis(tx, 1, id, new Date()))).rejects.toMatchObject({
    code: 'conflict',
  });

  suite.anthropic.reply(GOOD, GOOD);
  const next = await begin();
  await vi.waitFor(async () => expect((await find(next)).state).toBe('done'), soon);
  expect(await find(next)).toMatchObject({ requests: 1, inputTokens: 1_000, outputTokens: 10, costIncomplete: false });
  expect(suite.anthropic.requests).toHaveLength(2);
  expect(await suite.ownCalls()).toMatchObject([{ status: 'ok', project_id: 12 }]);
});
