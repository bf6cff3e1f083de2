import { sql } from 'kysely';
import { plainArray, textArray } from '../../db/array-literal.ts';
import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { columnNames, columnValues, type UnnestColumn, unnestRows } from '../../db/unnest.ts';
import { encodeHistogram, type RollupCell } from './fold-rollup.ts';

type CellColumn = UnnestColumn<RollupCell>;

const KEY_COLUMNS: readonly CellColumn[] = [
  { name: 'project_id', type: 'integer', literal: (cells) => plainArray(cells.map((c) => c.projectId)) },
  {
    name: 'bucket',
    type: 'timestamptz',
    literal: (cells) => textArray(cells.map((c) => new Date(c.bucketMs).toISOString())),
  },
  { name: 'key_id', type: 'integer', literal: (cells) => plainArray(cells.map((c) => c.keyId)) },
  { name: 'provider', type: 'text', literal: (cells) => textArray(cells.map((c) => c.provider)) },
  { name: 'model', type: 'text', literal: (cells) => textArray(cells.map((c) => c.model)) },
  { name: 'feature', type: 'text', literal: (cells) => textArray(cells.map((c) => c.feature)) },
  { name: 'environment', type: 'text', literal: (cells) => textArray(cells.map((c) => c.environment)) },
  { name: 'service_tier', type: 'text', literal: (cells) => textArray(cells.map((c) => c.serviceTier)) },
  { name: 'status', type: 'call_status', literal: (cells) => textArray(cells.map((c) => c.status)) },
];

const SUM_COLUMNS: readonly CellColumn[] = [
  { name: 'calls', type: 'bigint', literal: (cells) => plainArray(cells.map((c) => c.calls)) },
  { name: 'unpriced_calls', type: 'bigint', literal: (cells) => plainArray(cells.map((c) => c.unpricedCalls)) },
  { name: 'unreadable_calls', type: 'bigint', literal: (cells) => plainArray(cells.map((c) => c.unreadableCalls)) },
  { name: 'approximate_calls', type: 'bigint', literal: (cells) => plainArray(cells.map((c) => c.approximateCalls)) },
  ...TOKEN_COLUMNS.map((column) => ({
    name: `${column}_tokens`,
    type: 'bigint',
    literal: (cells: readonly RollupCell[]) => plainArray(cells.map((c) => c.tokens[column])),
  })),
  ...COST_COLUMNS.map((column) => ({
    name: `${column}_pico_usd`,
    type: 'numeric',
    literal: (cells: readonly RollupCell[]) => plainArray(cells.map((c) => c.costs[column])),
  })),
  { name: 'total_pico_usd', type: 'numeric', literal: (cells) => plainArray(cells.map((c) => c.totalPicoUsd)) },
];

const histogramLiteral = (histogram: RollupCell['latencyHistogram']) =>
  histogram ? plainArray(encodeHistogram(histogram)) : null;

const HISTOGRAM_COLUMNS: readonly CellColumn[] = [
  {
    name: 'latency_histogram',
    type: 'integer[]',
    literal: (cells) => textArray(cells.map((c) => histogramLiteral(c.latencyHistogram))),
  },
  {
    name: 'time_to_first_token_histogram',
    type: 'integer[]',
    literal: (cells) => textArray(cells.map((c) => histogramLiteral(c.timeToFirstTokenHistogram))),
  },
];

const CELL_COLUMNS = [...KEY_COLUMNS, ...SUM_COLUMNS, ...HISTOGRAM_COLUMNS];

/** Adds a sum to what is there; null stays null where there is nothing to add. */
const addition = (name: string) => {
  const old = sql.id('usage_15m', name);
  const added = sql.id('excluded', name);
  return sql`${sql.id(name)} = case when ${added} is null then ${old} else coalesce(${old}, 0) + ${added} end`;
};

/**
 * Adds cells to the fine rollup, in the transaction that changes the records, and notes which buckets were touched. Rows
 * are written in the order of their keys: concurrent writers would deadlock otherwise.
 */
export async function addToRollup(tx: Db, cells: readonly RollupCell[]): Promise<void> {
  if (cells.length === 0) return;
  const histograms = HISTOGRAM_COLUMNS.map(
    ({ name }) => sql`${sql.id(name)} = histogram_add(${sql.id('usage_15m', name)}, ${sql.id('excluded', name)})`,
  );
  await sql`
    insert into usage_15m (${columnNames(CELL_COLUMNS)})
    select ${columnValues(CELL_COLUMNS)}
    from ${unnestRows(CELL_COLUMNS, cells)}
    order by ${columnNames(KEY_COLUMNS)}
    on conflict (${columnNames(KEY_COLUMNS)}) do update set
      ${sql.join([...SUM_COLUMNS.map(({ name }) => addition(name)), ...histograms])}`.execute(tx);
  await touchBuckets(tx, cells);
}

/** Notes that the sums of these quarters of an hour have changed; see `usage_touched`. */
export async function touchBuckets(
  tx: Db,
  buckets: readonly Pick<RollupCell, 'projectId' | 'bucketMs'>[],
): Promise<void> {
  const touched = [...new Map(buckets.map((bucket) => [`${bucket.projectId} ${bucket.bucketMs}`, bucket])).values()];
  const projects = plainArray(touched.map(({ projectId }) => projectId));
  const starts = textArray(touched.map(({ bucketMs }) => new Date(bucketMs).toISOString()));
  await sql`
    insert into usage_touched (project_id, bucket)
    select * from unnest(${projects}::integer[], ${starts}::timestamptz[])`.execute(tx);
}
