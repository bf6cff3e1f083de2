import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';
import type { Attributes, Matcher, Target } from './matcher.ts';

/** What of a record counts. */
export interface SpendingRecord extends Attributes {
  projectId: number;
  ts: Date;
  tokens: Readonly<Record<string, number | undefined>>;
  /** `null`: nobody knows what it cost. */
  totalPicoUsd: bigint | null;
}

/** One row of `budget_spend`, or what is to be added to it. */
export interface SpendCell {
  projectId: number;
  budgetId: number;
  organizationId: number;
  bucketMs: number;
  calls: number;
  tokens: number;
  unpricedCalls: number;
  totalPicoUsd: bigint;
}

/** Sums what records add to the budgets that cover them, in the order of the table's key. */
export function foldSpend(matcher: Matcher, records: Iterable<SpendingRecord>): SpendCell[] {
  const cells = new Map<Target, Map<number, SpendCell>>();
  let record: SpendingRecord;
  let bucketMs = 0;
  let tokens = 0;
  // One function for all records: this runs for every record of every commit.
  const add = (target: Target): void => {
    const cell = cellOf(cells, target, bucketMs);
    cell.calls += 1;
    cell.tokens += tokens;
    if (record.totalPicoUsd === null) cell.unpricedCalls += 1;
    else cell.totalPicoUsd += record.totalPicoUsd;
  };
  for (record of records) {
    if (!matcher.concerns(record.projectId)) continue;
    bucketMs = Math.floor(record.ts.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS;
    tokens = sumOf(record.tokens);
    matcher.match(record.projectId, record, add);
  }
  return [...cells.values()].flatMap((byBucket) => [...byBucket.values()]).sort(byKey);
}

function cellOf(cells: Map<Target, Map<number, SpendCell>>, target: Target, bucketMs: number): SpendCell {
  let byBucket = cells.get(target);
  if (!byBucket) {
    byBucket = new Map();
    cells.set(target, byBucket);
  }
  let cell = byBucket.get(bucketMs);
  if (!cell) {
    const { rule, projectId } = target;
    cell = {
      projectId,
      budgetId: rule.id,
      organizationId: rule.organizationId,
      bucketMs,
      calls: 0,
      tokens: 0,
      unpricedCalls: 0,
      totalPicoUsd: 0n,
    };
    byBucket.set(bucketMs, cell);
  }
  return cell;
}

function sumOf(tokens: SpendingRecord['tokens']): number {
  let sum = 0;
  for (const name in tokens) sum += tokens[name] ?? 0;
  return sum;
}

const byKey = (a: SpendCell, b: SpendCell): number =>
  a.projectId - b.projectId || a.budgetId - b.budgetId || a.bucketMs - b.bucketMs;

/** The cells of records as they will be, minus those as they are; what stays the same is left out. */
export function differenceOfSpend(matcher: Matcher, before: Iterable<SpendingRecord>, after: Iterable<SpendingRecord>) {
  const keyOf = (cell: SpendCell) => `${cell.projectId} ${cell.budgetId} ${cell.bucketMs}`;
  const old = new Map(foldSpend(matcher, before).map((cell) => [keyOf(cell), cell]));
  // The dimensions of budgets are not re-costed: both sides have the same cells.
  return foldSpend(matcher, after).flatMap((cell): SpendCell[] => {
    const was = old.get(keyOf(cell));
    if (!was) return [cell];
    const difference = {
      ...cell,
      calls: cell.calls - was.calls,
      tokens: cell.tokens - was.tokens,
      unpricedCalls: cell.unpricedCalls - was.unpricedCalls,
      totalPicoUsd: cell.totalPicoUsd - was.totalPicoUsd,
    };
    const isSame =
      difference.calls === 0 &&
      difference.tokens === 0 &&
      difference.unpricedCalls === 0 &&
      difference.totalPicoUsd === 0n;
    return isSame ? [] : [difference];
  });
}
