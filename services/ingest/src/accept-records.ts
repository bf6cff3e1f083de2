import type { BudgetState } from '@tokengrip/core/contract/budgets';
import { LIMITS, type Rejection, type UsageReply } from '@tokengrip/core/contract/usage';
import type { KeyOwner } from '@tokengrip/core/domain/keys/authenticate-key';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { PreparedRecord, RefusedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import type { Commit } from './commit-records.ts';
import type { IngestContext } from './context.ts';
import type { RecordSource } from './metrics.ts';

/** A record as it was sent or mapped, and its place in the sender's batch. */
export type Incoming = readonly [index: number, record: unknown];

/**
 * What all routes have in common: good records are taken, bad ones answered by their place, code and field. When it
 * returns, everything in `accepted` and `duplicates` is committed.
 * @throws AppError `unavailable` when they could not be stored: they can be sent again
 */
export async function acceptRecords(
  ctx: IngestContext,
  owner: KeyOwner,
  source: RecordSource,
  incoming: readonly Incoming[],
  options: { wantsBudgets?: boolean } = {},
): Promise<UsageReply> {
  const context = { owner, catalog: await ctx.catalog(owner.organizationId), now: ctx.clock.now() };
  const rejected: Rejection[] = [];
  const good: { index: number; record: PreparedRecord }[] = [];
  for (const [index, input] of incoming) {
    const prepared = prepareRecord(input, context);
    if (isRefused(prepared)) rejected.push({ index, ...prepared });
    else good.push({ index, record: prepared });
  }
  const storage = await ctx.writer.haveStorage(good.map(({ record }) => record));
  const places = new Map<PreparedRecord, number>();
  for (const [i, { index, record }] of good.entries()) {
    if (storage[i]) places.set(record, index);
    else rejected.push({ index, code: 'timestamp_too_old', field: 'timestamp', message: 'is older than what is kept' });
  }
  const { accepted, duplicates, refused } = await writeAll(ctx, [...places.keys()]);
  for (const [record, refusal] of refused) rejected.push({ index: places.get(record) ?? 0, ...refusal });
  ctx.metrics.countRecords(source, { accepted, duplicates, rejected: rejected.map(({ code }) => code) });
  if (accepted > 0) ctx.noteActivity(owner.organizationId);
  const budgets = options.wantsBudgets ? await budgetsOf(ctx, owner, [...places.keys()]) : undefined;
  return { accepted, duplicates, rejected, ...(budgets ? { budgets } : {}) };
}

/** The records are stored; whatever else goes wrong must not make their sender think otherwise. */
async function budgetsOf(
  ctx: IngestContext,
  owner: KeyOwner,
  records: readonly PreparedRecord[],
): Promise<BudgetState[] | undefined> {
  try {
    return await ctx.budgets.forRecords(owner, records);
  } catch (error) {
    ctx.log.warn({ err: error }, 'could not read the state of budgets');
    return undefined;
  }
}

/** A collector's batch may hold more than the writer takes at once. Sent again after a failure, its parts are duplicates. */
async function writeAll({ writer }: IngestContext, records: readonly PreparedRecord[]): Promise<Commit> {
  const most = LIMITS.recordsPerRequest;
  if (records.length <= most) return writer.write(records);
  let accepted = 0;
  let duplicates = 0;
  const refused = new Map<PreparedRecord, RefusedRecord>();
  for (let start = 0; start < records.length; start += most) {
    const part = await writer.write(records.slice(start, start + most));
    accepted += part.accepted;
    duplicates += part.duplicates;
    for (const [record, refusal] of part.refused) refused.set(record, refusal);
  }
  return { accepted, duplicates, refused };
}
