import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { UsageRecord } from '../../contract/usage.ts';
import type { Catalog } from '../../cost/catalog.ts';
import { createPartitions } from '../../db/partitions.ts';
import { CLEAN_COMPANY } from '../../sample/company/clean.ts';
import { plantWaste, ROGUE_USER, WASTES, type Waste, wastefulProfile } from '../../sample/company/waste.ts';
import { generateSample } from '../../sample/generate.ts';
import { mergeByTime } from '../../sample/merge.ts';
import { hashOf } from '../../sample/random.ts';
import { Prefixes } from '../../sample/request.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { loadPriceSnapshot } from '../prices/load-snapshot.ts';
import { isRefused, prepareRecord } from '../usage/prepare-record.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { MAX_ROWS_PER_COMMIT } from '../usage/store-usage.ts';
import { writeRecords } from '../usage/write-records.ts';

export const NOW = new Date('2026-10-01T00:00:00Z');
export const PERIOD = { from: new Date(NOW.getTime() - 30 * DAY), to: NOW };
const OWNER = { projectId: 11, keyId: null, captureContent: false, retentionDays: 60 };

/** An organization with a project, real prices, and room for a month of records. */
export async function startTestSavings() {
  const database = await createTestDatabase();
  const clock = testClock(NOW.toISOString());
  const worker = testContext(database.as('worker'), clock);
  const api = testContext(database.as('api'), clock);
  await sql`
    insert into organizations (id, name, retention_days) values (1, 'One', 60), (2, 'Two', 60);
    insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
    insert into memberships (organization_id, user_id, role) values (1, 1, 'owner');
    insert into projects (id, organization_id, name) values (11, 1, 'A'), (12, 1, 'B'), (21, 2, 'C')`.execute(
    database.owner,
  );
  await loadPriceSnapshot(worker.db, worker.log);
  await createPartitions(worker.db, { from: PERIOD.from, to: new Date(PERIOD.to.getTime() + DAY) });
  const catalog = await loadOrganizationCatalog(worker.db, 1);
  return { database, clock, worker, api, catalog };
}

/** As the ingest would make of it. */
function prepare(catalog: Catalog, record: UsageRecord, projectId = OWNER.projectId): PreparedRecord {
  const prepared = prepareRecord(record, { owner: { ...OWNER, projectId }, catalog, now: NOW });
  if (isRefused(prepared)) throw new Error(`${prepared.field} ${prepared.message}`);
  return prepared;
}

export async function store(
  ctx: Context,
  catalog: Catalog,
  records: Iterable<UsageRecord>,
  projectId = OWNER.projectId,
): Promise<void> {
  let batch: PreparedRecord[] = [];
  const commit = async () => {
    const rows = batch;
    batch = [];
    if (rows.length > 0) await ctx.db.transaction().execute((tx) => writeRecords(tx, rows));
  };
  for (const record of records) {
    batch.push(prepare(catalog, record, projectId));
    if (batch.length >= MAX_ROWS_PER_COMMIT) await commit();
  }
  await commit();
}

/** Full traffic that wastes nothing. */
export const cleanTraffic = (seed: number, calls: number): Iterable<UsageRecord> =>
  generateSample({ seed, ...PERIOD, calls, company: CLEAN_COMPANY, incidents: [] });

/** The same with every kind of waste planted in it, each in a feature of its own; and how much was planted. */
export function wastefulTraffic(catalog: Catalog, seed: number, calls: number) {
  const plants = WASTES.map((waste) => ({ waste, records: plantWaste(waste, { seed, ...PERIOD }) }));
  return {
    records: mergeByTime(cleanTraffic(seed, calls), ...plants.map(({ records }) => records)),
    planted: new Map(plants.map(({ waste, records }) => [waste, plantedPicoUsd(catalog, waste, records, seed)])),
  };
}

type Fields = Record<string, number>;

/**
 * What is wasted, call by call: each record is priced a second time as the call would have been without the waste, from its raw
 * usage object and through the same reader and engine as any record.
 */
function plantedPicoUsd(catalog: Catalog, waste: Waste, records: readonly UsageRecord[], seed: number): bigint {
  const cost = (record: UsageRecord) => prepare(catalog, record).totalPicoUsd ?? 0n;
  const total = (some: readonly UsageRecord[]) => some.reduce((sum, record) => sum + cost(record), 0n);
  const without = (change: (record: UsageRecord) => UsageRecord) =>
    records.reduce((sum, record) => sum + cost(record) - cost(change(record)), 0n);
  const use = (record: UsageRecord, usage: object): UsageRecord => ({
    ...record,
    usage: { ...(record.usage as object), ...usage },
  });
  switch (waste) {
    case 'cheaper_model':
      return without((record) => ({ ...record, model: 'gpt-5.4-mini' }));
    case 'superseded_model':
      return without((record) => ({ ...record, model: 'claude-opus-5' }));
    case 'batch':
      return without((record) => ({ ...record, serviceTier: 'batch' }));
    case 'cache_prefix':
      return cached(catalog, records, seed);
    case 'cache_loss':
      return without((record) => {
        const usage = record.usage as Fields;
        const input =
          (usage.input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
        return { ...record, usage: { input_tokens: input, output_tokens: usage.output_tokens } };
      });
    case 'truncated':
      return total(records.filter(({ finishReason }) => finishReason === 'max_output_tokens'));
    case 'long_answers': {
      const lengths = records.map(({ usage }) => (usage as Fields).output_tokens ?? 0).sort((a, b) => a - b);
      const median = lengths[Math.ceil(lengths.length / 2) - 1] ?? 0;
      return without((record) =>
        ((record.usage as Fields).output_tokens ?? 0) > 3_000 ? use(record, { output_tokens: median }) : record,
      );
    }
    case 'duplicates':
    case 'retries':
      return total(records.filter(({ responseId = '' }) => responseId.endsWith('-again')));
    case 'reasoning_effort':
      return without((record) => {
        const usage = record.usage as Fields & { output_tokens_details: { reasoning_tokens: number } };
        const thought = usage.output_tokens_details.reasoning_tokens;
        const said = (usage.output_tokens ?? 0) - thought;
        const kept = Math.min(thought, 2 * said);
        return use(record, { output_tokens: said + kept, output_tokens_details: { reasoning_tokens: kept } });
      });
    case 'long_context':
      return without((record) => {
        const prompt = (record.usage as Fields).promptTokenCount ?? 0;
        if (prompt <= 200_000) return record;
        return use(record, {
          promptTokenCount: 200_000,
          promptTokensDetails: [{ modality: 'TEXT', tokenCount: 200_000 }],
        });
      });
    case 'outlier': {
      const users = [...new Set(records.map(({ user }) => user))].filter((user) => user !== ROGUE_USER);
      const spent = users.map((user) => total(records.filter((record) => record.user === user)));
      const next = spent.sort((a, b) => Number(b - a))[0] ?? 0n;
      return total(records.filter(({ user }) => user === ROGUE_USER)) - next;
    }
    case 'failed_calls':
      return total(records.filter(({ status }) => status === 'error'));
  }
}

/** Plays a cache that is kept for an hour after each use; how long the common beginning is, the generator knows. */
function cached(catalog: Catalog, records: readonly UsageRecord[], seed: number): bigint {
  const prefixes = new Prefixes(hashOf(seed, 0, 77) | 0);
  const profile = wastefulProfile('cache_prefix');
  const lastUse = new Map<string, number>();
  let saved = 0n;
  for (const record of records) {
    const at = Date.parse(record.timestamp ?? '');
    const { hash, tokens } = prefixes.at(profile, at);
    const length = Math.round(tokens * 1.2);
    const isWarm = at - (lastUse.get(hash) ?? Number.NEGATIVE_INFINITY) <= 3_600_000;
    lastUse.set(hash, at);
    const usage = record.usage as Fields;
    const changed = {
      ...record,
      usage: {
        input_tokens: (usage.input_tokens ?? 0) - length,
        output_tokens: usage.output_tokens,
        cache_read_input_tokens: isWarm ? length : 0,
        cache_creation_input_tokens: isWarm ? 0 : length,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: isWarm ? 0 : length },
      },
    };
    saved += (prepare(catalog, record).totalPicoUsd ?? 0n) - (prepare(catalog, changed).totalPicoUsd ?? 0n);
  }
  return saved;
}
