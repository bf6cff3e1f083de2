import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { RedisContext } from '../../context.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { testRedis } from '../../testing/redis.ts';
import { encodeHistogram, foldRollup, type RollupCell } from '../usage/fold-rollup.ts';
import { isRefused, prepareRecord } from '../usage/prepare-record.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { meteringOf } from '../usage/remeter-record.ts';
import { writeRecords } from '../usage/write-records.ts';
import { applyRecosting } from './apply-recosting.ts';
import { cancelRecosting } from './cancel-recosting.ts';
import { readRecosting, readRecostingDetail } from './list-recostings.ts';
import { loadPricing } from './load-pricing.ts';
import type { JobContext } from './queue-step.ts';
import { runRecosting } from './run-recosting.ts';
import { startRecosting } from './start-recosting.ts';
import { undoRecosting } from './undo-recosting.ts';
import { type StoredRecord, storedColumns } from './walk-records.ts';

const ORGANIZATION = { organizationId: 1, userId: 1, timeZone: 'Europe/Berlin' };
export const PROJECTS = [11, 12] as const;
/** Inside the days that a test's database has. */
export const START_MS = Date.parse('2026-07-30T00:00:00Z');

/** An organization with two projects on a database of its own, its prices, and re-costing by the roles that do it. */
export async function startTestRecosting() {
  const database = await createTestDatabase();
  const redis: Redis = testRedis();
  const clock = testClock('2026-08-01T23:00:00Z');
  const worker: RedisContext = { ...testContext(database.as('worker'), clock), redis };
  // The tests run the steps themselves, when they want to.
  const jobs = { send: async () => {} };
  const api: JobContext = { ...testContext(database.as('api'), clock), jobs };
  await sql`
    insert into organizations (id, name, time_zone) values (1, 'One', 'Europe/Berlin'), (2, 'Two', 'UTC');
    insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
    insert into memberships (organization_id, user_id, role) values (1, 1, 'owner');
    insert into projects (id, organization_id, name) values (11, 1, 'A'), (12, 1, 'B'), (21, 2, 'C');`.execute(
    database.owner,
  );

  /** Replaces what is known of a model's price, for all time: `undefined` takes it away. */
  async function setPrice(modelKey: string, rates: CompactPriceEntry['rates'] | undefined): Promise<void> {
    await sql`update price_versions set superseded_at = now() where model_key = ${modelKey} and superseded_at is null`.execute(
      database.owner,
    );
    if (rates === undefined) return;
    const entry = JSON.stringify({ provider: modelKey.split('/')[0], mode: 'chat', rates });
    await sql`insert into price_versions (model_key, entry, origin, edition)
      values (${modelKey}, ${entry}::jsonb, 'correction', '2026-08')`.execute(database.owner);
  }

  /** As the ingest would make of it now. */
  async function prepare(record: object, projectId: number = PROJECTS[0]): Promise<PreparedRecord> {
    const { catalog } = await loadPricing(worker.db, 1);
    const owner = { projectId, keyId: null, captureContent: false, retentionDays: 90 };
    const prepared = prepareRecord(record, { owner, catalog, now: clock.now() });
    if (isRefused(prepared)) throw new Error(`${prepared.field} ${prepared.message}`);
    return prepared;
  }

  const write = (records: readonly PreparedRecord[]) =>
    worker.db.transaction().execute((tx) => writeRecords(tx, records));

  /** Every column of every record, as the database itself writes it. */
  async function rows(): Promise<string[]> {
    const result = await sql<{ row: string }>`
      select r::text as row from usage_records r order by project_id, ts, event_id`.execute(database.owner);
    return result.rows.map(({ row }) => row);
  }

  async function run(
    id: number,
    options: { pageRows?: number; progress?: () => Promise<void>; signal?: AbortSignal } = {},
  ) {
    const steps = {
      progress: options.progress ?? (async () => {}),
      signal: options.signal ?? new AbortController().signal,
    };
    await runRecosting(worker, { organizationId: 1, recostingId: id }, steps, options.pageRows ?? 7);
  }

  const read = (id: number) => readRecosting(worker.db, 1, id);

  return {
    database,
    worker,
    api,
    clock,
    setPrice,
    prepare,
    write,
    rows,
    run,
    read,
    detail: (id: number) => readRecostingDetail(worker.db, 1, id),
    /** A finished preview. */
    async preview(input: Parameters<typeof startRecosting>[2] = {}) {
      const { id } = await startRecosting(api, ORGANIZATION, input);
      await run(id);
      return read(id);
    },
    async apply(id: number, options: Parameters<typeof run>[1] = {}) {
      await applyRecosting(api, ORGANIZATION, id);
      await run(id, options);
      return read(id);
    },
    async undo(id: number, options: Parameters<typeof run>[1] = {}) {
      await undoRecosting(api, ORGANIZATION, id);
      await run(id, options);
      return read(id);
    },
    cancel: (id: number) => worker.db.transaction().execute((tx) => cancelRecosting(tx, 1, id)),
    /** The rollup as it is, and as the records say that it should be. */
    async rollups() {
      const cells = await sql<Record<string, unknown>>`select u.* from usage_15m u`.execute(database.owner);
      const records = await sql<StoredRecord>`
        select ${storedColumns('r')} from usage_calls r where duplicate_of is null`.execute(database.owner);
      return {
        actual: cells.rows.map(comparableRow).sort(),
        expected: foldRollup(records.rows.map(toFolded), ({ feature }) => feature)
          .map(comparableCell)
          .sort(),
      };
    },
    async close() {
      redis.disconnect();
      await database.drop();
    },
  };
}

export type TestRecosting = Awaited<ReturnType<typeof startTestRecosting>>;

const toFolded = (row: StoredRecord) => ({
  projectId: row.project_id,
  ts: row.ts,
  keyId: row.key_id,
  provider: row.provider,
  model: row.model,
  feature: row.feature,
  environment: row.environment,
  status: row.status,
  latencyMs: row.latency_ms,
  timeToFirstTokenMs: row.time_to_first_token_ms,
  ...meteringOf(row),
});

/** Sums of nothing are null or 0, as it came about; both say the same. */
const comparable = (key: unknown[], sums: Record<string, unknown>) =>
  JSON.stringify(
    [
      key,
      Object.entries(sums)
        .filter(([, sum]) => sum !== undefined && sum !== null && `${sum}` !== '0')
        .sort(),
    ].map(String),
  );

function comparableCell(cell: RollupCell): string {
  const sums: Record<string, unknown> = {
    calls: cell.calls,
    unpriced_calls: cell.unpricedCalls,
    unreadable_calls: cell.unreadableCalls,
    approximate_calls: cell.approximateCalls,
    total_pico_usd: cell.totalPicoUsd,
    latency_histogram: cell.latencyHistogram && encodeHistogram(cell.latencyHistogram),
    time_to_first_token_histogram: cell.timeToFirstTokenHistogram && encodeHistogram(cell.timeToFirstTokenHistogram),
  };
  for (const [name, count] of Object.entries(cell.tokens)) sums[`${name}_tokens`] = count;
  for (const [name, cost] of Object.entries(cell.costs)) sums[`${name}_pico_usd`] = cost;
  const { projectId, bucketMs, keyId, provider, model, feature, environment, serviceTier, status } = cell;
  return comparable([projectId, bucketMs, keyId, provider, model, feature, environment, serviceTier, status], sums);
}

function comparableRow(row: Record<string, unknown>): string {
  const { project_id, bucket, key_id, provider, model, feature, environment, service_tier, status, ...sums } = row;
  const key = [
    project_id,
    (bucket as Date).getTime(),
    key_id,
    provider,
    model,
    feature,
    environment,
    service_tier,
    status,
  ];
  return comparable(key, sums);
}
