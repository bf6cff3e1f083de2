import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import { type FoldedRecord, foldRollup, type RollupCell } from '../usage/fold-rollup.ts';
import type { RollupFeature } from '../usage/limit-features.ts';
import { meteringOf, type Remetered } from '../usage/remeter-record.ts';
import type { Change } from './evaluate.ts';
import type { SummedRecord } from './walk-records.ts';

type Histogram = RollupCell['latencyHistogram'];

/** What is to be added to the rollup's cells, and what is to be taken out of their histograms. */
export interface DeltaCell {
  /** Numbers may be negative; histograms hold what is added. */
  added: RollupCell;
  removedLatency: Histogram;
  removedTimeToFirstToken: Histogram;
}

/**
 * The cells of the changed records as they will be, minus the cells as they are; those without a difference are left
 * out. A record whose service tier changes leaves one cell and enters another, histograms and all: the tier is part of
 * the cell's key, and what the provider served is what it served, whoever read it first.
 */
export function deltaCells(changes: readonly Change[], rollupFeature: RollupFeature): DeltaCell[] {
  const before = foldRollup(
    changes.map(({ record }) => folded(record, meteringOf(record))),
    rollupFeature,
  );
  const after = foldRollup(
    changes.map(({ record, after }) => folded(record, after)),
    rollupFeature,
  );
  const cells = new Map(after.map((cell) => [keyOf(cell), cell]));
  const gone = before.filter((cell) => !cells.has(keyOf(cell))).map(emptyLike);
  const old = new Map(before.map((cell) => [keyOf(cell), cell]));
  return [...after, ...gone].map((cell) => subtract(cell, old.get(keyOf(cell)))).filter(hasDifference);
}

const folded = (record: SummedRecord, metering: Remetered): FoldedRecord => ({
  projectId: record.project_id,
  ts: record.ts,
  keyId: record.key_id,
  provider: record.provider,
  model: record.model,
  feature: record.feature,
  environment: record.environment,
  status: record.status,
  latencyMs: record.latency_ms,
  timeToFirstTokenMs: record.time_to_first_token_ms,
  ...metering,
});

const keyOf = (cell: RollupCell) =>
  [
    cell.projectId,
    cell.bucketMs,
    cell.keyId,
    cell.provider,
    cell.model,
    cell.feature,
    cell.environment,
    cell.serviceTier,
    cell.status,
  ].join('\0');

const emptyLike = (cell: RollupCell): RollupCell => ({
  ...cell,
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

function subtract(cell: RollupCell, old: RollupCell | undefined): DeltaCell {
  if (!old) return { added: cell, removedLatency: undefined, removedTimeToFirstToken: undefined };
  const tokens: RollupCell['tokens'] = {};
  for (const name of TOKEN_COLUMNS) {
    const difference = (cell.tokens[name] ?? 0) - (old.tokens[name] ?? 0);
    if (difference !== 0) tokens[name] = difference;
  }
  const costs: RollupCell['costs'] = {};
  for (const name of COST_COLUMNS) {
    const difference = (cell.costs[name] ?? 0n) - (old.costs[name] ?? 0n);
    if (difference !== 0n) costs[name] = difference;
  }
  const latency = subtractCounts(cell.latencyHistogram, old.latencyHistogram);
  const firstToken = subtractCounts(cell.timeToFirstTokenHistogram, old.timeToFirstTokenHistogram);
  return {
    added: {
      ...cell,
      calls: cell.calls - old.calls,
      unpricedCalls: cell.unpricedCalls - old.unpricedCalls,
      unreadableCalls: cell.unreadableCalls - old.unreadableCalls,
      approximateCalls: cell.approximateCalls - old.approximateCalls,
      tokens,
      costs,
      totalPicoUsd: cell.totalPicoUsd - old.totalPicoUsd,
      latencyHistogram: latency.added,
      timeToFirstTokenHistogram: firstToken.added,
    },
    removedLatency: latency.removed,
    removedTimeToFirstToken: firstToken.removed,
  };
}

function subtractCounts(counts: Histogram, old: Histogram): { added: Histogram; removed: Histogram } {
  const added = new Map<number, number>();
  const removed = new Map<number, number>();
  for (const bucket of new Set([...(counts?.keys() ?? []), ...(old?.keys() ?? [])])) {
    const difference = (counts?.get(bucket) ?? 0) - (old?.get(bucket) ?? 0);
    if (difference > 0) added.set(bucket, difference);
    if (difference < 0) removed.set(bucket, -difference);
  }
  return { added: added.size > 0 ? added : undefined, removed: removed.size > 0 ? removed : undefined };
}

function hasDifference({ added, removedLatency, removedTimeToFirstToken }: DeltaCell): boolean {
  return (
    added.calls !== 0 ||
    added.unpricedCalls !== 0 ||
    added.unreadableCalls !== 0 ||
    added.approximateCalls !== 0 ||
    added.totalPicoUsd !== 0n ||
    Object.keys(added.tokens).length > 0 ||
    Object.keys(added.costs).length > 0 ||
    (added.latencyHistogram ?? added.timeToFirstTokenHistogram ?? removedLatency ?? removedTimeToFirstToken) !==
      undefined
  );
}
