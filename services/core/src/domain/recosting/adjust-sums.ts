import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { adjustSpend } from '../budgets/count-spend.ts';
import { differenceOfSpend } from '../budgets/fold-spend.ts';
import { encodeHistogram } from '../usage/fold-rollup.ts';
import { readRollupFeatures } from '../usage/limit-features.ts';
import { meteringOf, type Remetered } from '../usage/remeter-record.ts';
import { addToRollup } from '../usage/write-rollup.ts';
import { type DeltaCell, deltaCells } from './delta-cells.ts';
import type { Change } from './evaluate.ts';
import type { SummedRecord } from './walk-records.ts';

/**
 * Lets every sum of records follow changed ones, in the transaction that changes them: it holds their row locks, so that
 * nobody else changes the same records meanwhile, and writers of other records add in the same order of keys.
 *
 * Whatever is summed in the records' own transaction has its place here: the fine rollup, and the spend of budgets, whose
 * row is that of the record's own quarter of an hour. What is derived by the worker follows the touched buckets.
 */
export async function adjustSums(tx: Db, changes: readonly Change[]): Promise<void> {
  const counted = changes.filter(({ record }) => record.duplicate_of === null);
  const placed = counted.map(({ record: { project_id: projectId, ts, feature } }) => ({ projectId, ts, feature }));
  const cells = deltaCells(counted, await readRollupFeatures(tx, placed));
  await addToRollup(
    tx,
    cells.map(({ added }) => added),
  );
  await takeOut(tx, cells);
  await adjustSpend(tx, (matcher) =>
    differenceOfSpend(
      matcher,
      counted.map(({ record }) => spendingOf(record, meteringOf(record))),
      counted.map(({ record, after }) => spendingOf(record, after)),
    ),
  );
}

const spendingOf = (record: SummedRecord, metering: Remetered) => ({
  projectId: record.project_id,
  ts: record.ts,
  keyId: record.key_id,
  provider: record.provider,
  model: record.model,
  feature: record.feature,
  environment: record.environment,
  endUser: record.end_user,
  customer: record.customer,
  tags: record.tags,
  tokens: metering.tokens,
  totalPicoUsd: metering.totalPicoUsd,
});

/** The rows are locked by now: they were added to just before, in order. */
async function takeOut(tx: Db, cells: readonly DeltaCell[]): Promise<void> {
  const left = cells.filter(
    ({ added, removedLatency, removedTimeToFirstToken }) =>
      added.calls < 0 || removedLatency || removedTimeToFirstToken,
  );
  if (left.length === 0) return;
  const texts = (value: (cell: DeltaCell) => string | number | null) => left.map(value);
  const gone = sql`unnest(
      ${texts(({ added }) => added.projectId)}::integer[],
      ${texts(({ added }) => new Date(added.bucketMs).toISOString())}::timestamptz[],
      ${texts(({ added }) => added.keyId)}::integer[], ${texts(({ added }) => added.provider)}::text[],
      ${texts(({ added }) => added.model)}::text[], ${texts(({ added }) => added.feature)}::text[],
      ${texts(({ added }) => added.environment)}::text[], ${texts(({ added }) => added.serviceTier)}::text[],
      ${texts(({ added }) => added.status)}::call_status[], ${texts((cell) => literal(cell.removedLatency))}::text[],
      ${texts((cell) => literal(cell.removedTimeToFirstToken))}::text[]
    ) as gone (project_id, bucket, key_id, provider, model, feature, environment, service_tier, status, latency, first_token)`;
  const isIt = sql`(u.project_id, u.bucket, u.key_id, u.provider, u.model, u.feature, u.environment, u.service_tier, u.status)
    = (gone.project_id, gone.bucket, gone.key_id, gone.provider, gone.model, gone.feature, gone.environment,
      gone.service_tier, gone.status)`;
  await sql`
    update usage_15m u set
      latency_histogram = histogram_subtract(u.latency_histogram, gone.latency::integer[]),
      time_to_first_token_histogram = histogram_subtract(u.time_to_first_token_histogram, gone.first_token::integer[])
    from ${gone} where ${isIt}`.execute(tx);
  // A cell without calls would show as a tier that nobody used.
  await sql`delete from usage_15m u using ${gone} where u.calls = 0 and ${isIt}`.execute(tx);
}

const literal = (histogram: DeltaCell['removedLatency']) =>
  histogram ? `{${encodeHistogram(histogram).join()}}` : null;
