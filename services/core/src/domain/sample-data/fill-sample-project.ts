import { DAY } from '../../clock.ts';
import type { RedisContext } from '../../context.ts';
import { createPartitions } from '../../db/partitions.ts';
import { generateSample } from '../../sample/generate.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { findClosedProjects } from '../projects/closed-projects.ts';
import type { Steps } from '../projects/delete-project.ts';
import { noteActivity } from '../usage/activity.ts';
import { BoundedMemory } from '../usage/bounded-memory.ts';
import { isRefused, prepareRecord } from '../usage/prepare-record.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { MAX_ROWS_PER_COMMIT } from '../usage/store-usage.ts';
import { type WriterMemory, writeRecords } from '../usage/write-records.ts';

export interface SampleSize {
  days: number;
  calls: number;
  seed?: number;
}

const WRITES_AT_ONCE = 2;

/** A quarter of a company's traffic: enough for every page, loaded while one watches. */
const DEFAULT_SIZE: SampleSize = { days: 90, calls: 120_000 };

/**
 * Fills a demo project with generated traffic up to now, read and priced like any other. The records' ids follow from
 * the seed and the day, so that a run that was interrupted, or a second one on the same day, adds only what is missing.
 */
export async function fillSampleProject(
  ctx: RedisContext,
  input: { organizationId: number; projectId: number },
  steps: Steps,
  size: SampleSize = DEFAULT_SIZE,
): Promise<{ records: number }> {
  const now = ctx.clock.now();
  const today = new Date(Math.floor(now.getTime() / DAY) * DAY);
  const from = new Date(today.getTime() - (size.days - 1) * DAY);
  const until = new Date(today.getTime() + DAY);
  await createPartitions(ctx.db, { from, to: until });
  const owner = { projectId: input.projectId, keyId: null, captureContent: false, retentionDays: size.days + 1 };
  const catalog = await loadOrganizationCatalog(ctx.db, input.organizationId);
  let batch: PreparedRecord[] = [];
  let stored = 0;

  const writing: Promise<unknown>[] = [];
  const memory = { series: new BoundedMemory<number>(), features: new BoundedMemory<true>() };

  /** Leaves this batch to the database while the next is generated, and waits when it has two to write. */
  async function commit(): Promise<void> {
    if (writing.length === WRITES_AT_ONCE) await writing.shift();
    steps.signal.throwIfAborted();
    const write = storeSample(ctx, input.projectId, batch, memory).then((accepted) => {
      stored += accepted;
      return noteActivity(ctx.redis, ctx.log, [input.organizationId]);
    });
    // Whoever waits for it gets the error; that may be a batch later.
    write.catch(() => {});
    writing.push(write);
    batch = [];
  }

  for (const record of generateSample({ seed: size.seed ?? 1, from, to: until, calls: size.calls })) {
    const prepared = prepareRecord(record, { owner, catalog, now });
    // The rest of today has not happened yet.
    if (isRefused(prepared)) {
      if (prepared.code === 'timestamp_in_future') break;
      throw new Error(`the generator made a record that is refused: ${prepared.field} ${prepared.message}`);
    }
    if (prepared.ts > now) break;
    batch.push(prepared);
    if (batch.length < MAX_ROWS_PER_COMMIT) continue;
    const done = (prepared.ts.getTime() - from.getTime()) / (now.getTime() - from.getTime());
    await commit();
    await steps.progress(Math.min(1, done));
  }
  await commit();
  await Promise.all(writing);
  ctx.log.info({ projectId: input.projectId, records: stored }, 'sample data loaded');
  return { records: stored };
}

/** Nothing is written into a project that is being deleted, however far its loading is. */
const storeSample = (
  ctx: RedisContext,
  projectId: number,
  records: readonly PreparedRecord[],
  memory: WriterMemory,
): Promise<number> =>
  ctx.db.transaction().execute(async (tx) => {
    const closed = await findClosedProjects(tx, [projectId]);
    if (closed.size > 0) throw new Error(`the demo project ${projectId} takes no records any more`);
    return (await writeRecords(tx, records, memory)).size;
  });
