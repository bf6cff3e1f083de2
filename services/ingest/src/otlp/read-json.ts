import { HOUR } from '../../clock.ts';
import type { RedisContext } from '../../context.ts';
import type { PriceRun, PriceRunCode, PriceSyncState } from '../../contract/prices.ts';
import { parsePriceFile } from '../../cost/price-file.ts';
import type { Db } from '../../db/connection.ts';
import { inScope, type Scope } from '../../db/scope.ts';
import { PRICE_SYNC_SCHEDULE } from '../../queues/jobs.ts';
import { announcePriceChange } from './announce-price-change.ts';
import { applyPriceList } from './apply-price-list.ts';
import { describeUrl, fetchPriceFile, parseHttpUrl } from './fetch-price-file.ts';
import { noteRun, type PriceRunValues } from './price-runs.ts';

/** What the configuration says of fetching prices. */
export interface PriceSource {
  AIR_GAPPED: boolean;
  PRICING_SYNC: boolean;
  PRICING_SYNC_URL: string;
}

export interface SyncInput {
  source: PriceSource;
  startedBy?: Scope & { userId: number };
  timeoutMs?: number;
  idleTimeoutMs?: number;
  maxBytes?: number;
}

/** Prices that were looked at less long ago are new enough for the schedule. */
const GOOD_FOR_MS = 20 * HOUR;

const SWITCHED_OFF = {
  air_gapped: 'AIR_GAPPED is set: nothing is fetched. Import a price file instead',
  sync_switched_off: 'PRICING_SYNC is false: nothing is fetched. Import a price file instead',
  invalid_url: 'PRICING_SYNC_URL is not an http or https address',
} as const satisfies Partial<Record<PriceRunCode, string>>;

/** Why nothing may be fetched; `null` where it may. */
export function findSyncObstacle(source: PriceSource): PriceSyncState['disabledBy'] {
  if (source.AIR_GAPPED) return 'air_gapped';
  if (!source.PRICING_SYNC) return 'sync_switched_off';
  return parseHttpUrl(source.PRICING_SYNC_URL) ? null : 'invalid_url';
}

/**
 * Fetches the price list and makes it the one that holds from now on. Whatever goes wrong, the last good prices stay and
 * the run says why; it throws only where the database fails. Where fetching is off, no connection and no look-up is tried.
 */
export async function syncPrices(ctx: RedisContext, input: SyncInput): Promise<PriceRun> {
  const startedAt = ctx.clock.now();
  const source = describeUrl(input.source.PRICING_SYNC_URL);
  const note = (values: Pick<PriceRunValues, 'status' | 'code' | 'message'> & Partial<PriceRunValues>) =>
    inScope(ctx, input.startedBy ?? {}, (tx) =>
      noteRun(tx, {
        kind: 'sync',
        source,
        edition: null,
        etag: null,
        last_modified: null,
        effective_from: null,
        started_at: startedAt,
        finished_at: ctx.clock.now(),
        started_by: input.startedBy?.userId ?? null,
        ...values,
      }),
    );

  const obstacle = findSyncObstacle(input.source);
  if (obstacle !== null) return note({ status: 'refused', code: obstacle, message: SWITCHED_OFF[obstacle] });

  const known = await findValidators(ctx.db, source);
  const fetched = await fetchPriceFile({ url: input.source.PRICING_SYNC_URL, ...known, ...limitsOf(input) });
  if ('code' in fetched) {
    ctx.log.warn({ code: fetched.code, source }, `prices were not synced: ${fetched.message}`);
    return note(fetched);
  }
  if (fetched.status === 'not_modified') {
    return note({
      status: 'unchanged',
      code: null,
      message: null,
      etag: known.etag ?? null,
      last_modified: known.lastModified ?? null,
      effective_from: ctx.clock.now(),
      models: known.models,
    });
  }
  const { run } = await applyPriceList(ctx, {
    kind: 'sync',
    file: parsePriceFile(fetched.text),
    effectiveFrom: ctx.clock.now(),
    source,
    etag: fetched.etag,
    lastModified: fetched.lastModified,
    startedAt,
    ...(input.startedBy ? { startedBy: input.startedBy } : {}),
  });
  if (run.status === 'applied') await announcePriceChange(ctx.redis, ctx.log);
  if (run.status === 'refused') ctx.log.warn({ code: run.code, source }, `prices were not synced: ${run.message}`);
  return run;
}

/**
 * What the schedule does: it looks unless somebody has looked lately, or nothing may be fetched.
 * @returns the run, or `undefined` where there was none
 */
export async function syncPricesIfDue(ctx: RedisContext, input: SyncInput): Promise<PriceRun | undefined> {
  if (findSyncObstacle(input.source) !== null) return undefined;
  const lastGood = await findLastGood(ctx.db);
  if (lastGood !== undefined && ctx.clock.now().getTime() - lastGood.started_at.getTime() < GOOD_FOR_MS) {
    return undefined;
  }
  return syncPrices(ctx, input);
}

/** When the schedule looks at the source next. */
export function nextSyncAt(now: Date, lastGoodAt: Date | undefined): Date {
  const due = Math.max(now.getTime(), lastGoodAt === undefined ? 0 : lastGoodAt.getTime() + GOOD_FOR_MS);
  const step = PRICE_SYNC_SCHEDULE.everyHours * HOUR;
  const offset = PRICE_SYNC_SCHEDULE.atMinute * (HOUR / 60);
  return new Date(Math.ceil((due - offset) / step) * step + offset);
}

const limitsOf = ({ timeoutMs, idleTimeoutMs, maxBytes }: SyncInput) => ({ timeoutMs, idleTimeoutMs, maxBytes });

const findLastGood = (db: Db) =>
  db
    .selectFrom('price_syncs')
    .select(['source', 'etag', 'last_modified', 'models', 'started_at'])
    .where('kind', '=', 'sync')
    .where('status', 'in', ['applied', 'unchanged'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/**
 * What to ask the source by, so that it sends nothing where it has nothing new. Not after an import: then the list must
 * be compared again, although the source has the same as before.
 */
async function findValidators(db: Db, source: string) {
  const last = await db
    .selectFrom('price_syncs')
    .select(['kind', 'source', 'etag', 'last_modified', 'models'])
    .where('status', 'in', ['applied', 'unchanged'])
    .where('kind', '<>', 'correction')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.kind !== 'sync' || last.source !== source) return { models: 0 };
  return {
    etag: last.etag ?? undefined,
    lastModified: last.last_modified ?? undefined,
    models: last.models,
  };
}
