import { MINUTE } from '../../clock.ts';
import { COST_COLUMNS, type CostColumn, TOKEN_COLUMNS, type TokenColumn } from '../../db/columns.ts';
import type { RollupFeature } from './limit-features.ts';
import type { PreparedRecord } from './prepared-record.ts';

export const ROLLUP_BUCKET_MS = 15 * MINUTE;

/** One row of `usage_15m`, or what is to be added to it. */
export interface RollupCell {
  projectId: number;
  bucketMs: number;
  keyId: number;
  provider: string;
  model: string;
  feature: string;
  environment: string;
  serviceTier: string;
  status: 'ok' | 'error';
  calls: number;
  unpricedCalls: number;
  unreadableCalls: number;
  approximateCalls: number;
  tokens: Partial<Record<TokenColumn, number>>;
  costs: Partial<Record<CostColumn, bigint>>;
  totalPicoUsd: bigint;
  latencyHistogram: Histogram | undefined;
  timeToFirstTokenHistogram: Histogram | undefined;
}

/** What of a record goes into the sums. */
export type FoldedRecord = Pick<
  PreparedRecord,
  | 'projectId'
  | 'ts'
  | 'keyId'
  | 'provider'
  | 'model'
  | 'feature'
  | 'environment'
  | 'serviceTier'
  | 'status'
  | 'costStatus'
  | 'approximate'
  | 'tokens'
  | 'costs'
  | 'totalPicoUsd'
  | 'latencyMs'
  | 'timeToFirstTokenMs'
>;

/**
 * Sums records into the cells of the fine rollup. The sum over all cells is the sum over all records.
 * @param rollupFeature see `limitFeatures`
 */
export function foldRollup(records: Iterable<FoldedRecord>, rollupFeature: RollupFeature): RollupCell[] {
  const cells = new Map<string, RollupCell>();
  for (const record of records) {
    const bucketMs = Math.floor(record.ts.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS;
    const feature = rollupFeature(record) ?? '';
    // NUL cannot be in any of the texts, so that no two different cells share a key.
    const key = [
      record.projectId,
      bucketMs,
      record.keyId ?? 0,
      record.provider,
      record.model,
      feature,
      record.environment ?? '',
      record.serviceTier ?? '',
      record.status,
    ].join('\0');
    const cell = cells.get(key) ?? emptyCell(record, bucketMs, feature);
    cells.set(key, cell);
    add(cell, record);
  }
  return [...cells.values()];
}

const emptyCell = (record: FoldedRecord, bucketMs: number, feature: string): RollupCell => ({
  projectId: record.projectId,
  bucketMs,
  keyId: record.keyId ?? 0,
  provider: record.provider,
  model: record.model,
  feature,
  environment: record.environment ?? '',
  serviceTier: record.serviceTier ?? '',
  status: record.status,
  calls: 0,
  unpricedCalls: 0,
  unreadableCalls: 0,
  approximateCalls: 0,
  tokens: {},
  costs: {},
  totalPicoUsd: 0n,
  latencyHistogram: undefined,
  timeToFirstTokenHistogram: undefined,
});

function add(cell: RollupCell, record: FoldedRecord): void {
  cell.calls += 1;
  if (record.costStatus === 'unpriced') cell.unpricedCalls += 1;
  if (record.costStatus === 'unreadable') cell.unreadableCalls += 1;
  if (record.approximate.length > 0) cell.approximateCalls += 1;
  for (const column of TOKEN_COLUMNS) {
    const count = record.tokens[column];
    if (count !== undefined) cell.tokens[column] = (cell.tokens[column] ?? 0) + count;
  }
  for (const column of COST_COLUMNS) {
    const cost = record.costs[column];
    if (cost !== undefined) cell.costs[column] = (cell.costs[column] ?? 0n) + cost;
  }
  cell.totalPicoUsd += record.totalPicoUsd ?? 0n;
  cell.latencyHistogram = counted(cell.latencyHistogram, record.latencyMs);
  cell.timeToFirstTokenHistogram = counted(cell.timeToFirstTokenHistogram, record.timeToFirstTokenMs);
}

/** Four buckets an octave tell a percentile within 19 %; 80 of them reach a quarter of an hour. */
const LAST_BUCKET = 79;

/** Bucket i holds 2^(i/4) ms up to 2^((i+1)/4) ms; the first also all below, the last also all above. */
const histogramBucket = (ms: number): number =>
  Math.min(LAST_BUCKET, Math.max(0, Math.floor(4 * Math.log2(Math.max(1, ms)))));

/** Calls by bucket. */
type Histogram = Map<number, number>;

function counted(histogram: Histogram | undefined, ms: number | null): Histogram | undefined {
  if (ms === null) return histogram;
  const counts = histogram ?? new Map();
  const bucket = histogramBucket(ms);
  return counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
}

/** As the database stores it: the non-empty buckets in order, each as bucket × 2^24 + count. */
export const encodeHistogram = (histogram: Histogram): number[] =>
  [...histogram].sort(([a], [b]) => a - b).map(([bucket, count]) => bucket * 2 ** 24 + count);
