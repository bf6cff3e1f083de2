import { CompiledQuery } from 'kysely';
import { int4Array, int8Array, textArray, timestampArray } from '../../db/binary-array.ts';
import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { type UnnestColumn, unnestInsert, unnestParameters } from '../../db/unnest.ts';
import { encodeHistogram, type RollupCell } from './fold-rollup.ts';

type CellColumn = UnnestColumn<RollupCell>;

const text = (name: string, value: (cell: RollupCell) => string | null, cast?: string): CellColumn => ({
  name,
  travels: 'text',
  encode: textArray(value),
  ...(cast ? { cast } : {}),
});
const count = (name: string, value: (cell: RollupCell) => number | undefined): CellColumn => ({
  name,
  travels: 'bigint',
  encode: int8Array(value),
});
/** Sums of money may need more than 64 bits. */
const money = (name: string, value: (cell: RollupCell) => bigint | undefined) =>
  text(name, (cell) => value(cell)?.toString() ?? null, 'numeric');
const histogram = (name: string, value: (cell: RollupCell) => RollupCell['latencyHistogram']) =>
  text(
    name,
    (cell) => {
      const counts = value(cell);
      return counts ? `{${encodeHistogram(counts).join()}}` : null;
    },
    'integer[]',
  );

const KEY_COLUMNS: readonly CellColumn[] = [
  { name: 'project_id', travels: 'integer', encode: int4Array((c) => c.projectId) },
  { name: 'bucket', travels: 'timestamptz', encode: timestampArray((c) => c.bucketMs) },
  { name: 'key_id', travels: 'integer', encode: int4Array((c) => c.keyId) },
  text('provider', (c) => c.provider),
  text('model', (c) => c.model),
  text('feature', (c) => c.feature),
  text('environment', (c) => c.environment),
  text('service_tier', (c) => c.serviceTier),
  text('status', (c) => c.status, 'call_status'),
];

const SUM_COLUMNS: readonly CellColumn[] = [
  count('calls', (c) => c.calls),
  count('unpriced_calls', (c) => c.unpricedCalls),
  count('unreadable_calls', (c) => c.unreadableCalls),
  count('approximate_calls', (c) => c.approximateCalls),
  ...TOKEN_COLUMNS.map((name) => count(`${name}_tokens`, (c) => c.tokens[name])),
  ...COST_COLUMNS.map((name) => money(`${name}_pico_usd`, (c) => c.costs[name])),
  money('total_pico_usd', (c) => c.totalPicoUsd),
];

const HISTOGRAM_COLUMNS: readonly CellColumn[] = [
  histogram('latency_histogram', (c) => c.latencyHistogram),
  histogram('time_to_first_token_histogram', (c) => c.timeToFirstTokenHistogram),
];

const CELL_COLUMNS = [...KEY_COLUMNS, ...SUM_COLUMNS, ...HISTOGRAM_COLUMNS];

/** Adds a sum to what is there; null stays null where there is nothing to add. */
const addition = ({ name }: CellColumn) =>
  `${name} = case when excluded.${name} is null then usage_15m.${name} else coalesce(usage_15m.${name}, 0) + excluded.${name} end`;
const histogramAddition = ({ name }: CellColumn) => `${name} = histogram_add(usage_15m.${name}, excluded.${name})`;

const KEY_NAMES = KEY_COLUMNS.map(({ name }) => name).join(', ');

const ADD = `/* prepared: add_to_usage_15m */
  ${unnestInsert(
    'usage_15m',
    CELL_COLUMNS,
    `order by ${KEY_NAMES} on conflict (${KEY_NAMES}) do update set
    ${[...SUM_COLUMNS.map(addition), ...HISTOGRAM_COLUMNS.map(histogramAddition)].join(',\n    ')}`,
  )}`;

/**
 * The statements that add cells to the fine rollup and note which buckets were touched. Rows are written in the order of their keys:
 * concurrent writers would deadlock otherwise.
 */
export function rollupStatements(cells: readonly RollupCell[]): CompiledQuery[] {
  if (cells.length === 0) return [];
  return [CompiledQuery.raw(ADD, unnestParameters(CELL_COLUMNS, cells)), touchStatement(cells)];
}

/** Adds cells to the fine rollup, in the transaction that changes the records. */
export async function addToRollup(tx: Db, cells: readonly RollupCell[]): Promise<void> {
  for (const statement of rollupStatements(cells)) await tx.executeQuery(statement);
}

type Touch = Pick<RollupCell, 'projectId' | 'bucketMs'>;

const TOUCH_COLUMNS: readonly UnnestColumn<Touch>[] = [
  { name: 'project_id', travels: 'integer', encode: int4Array((touch) => touch.projectId) },
  { name: 'bucket', travels: 'timestamptz', encode: timestampArray((touch) => touch.bucketMs) },
];

const TOUCH = `/* prepared: touch_buckets */ ${unnestInsert('usage_touched', TOUCH_COLUMNS, '')}`;

/** Notes that the sums of these quarters of an hour have changed; see `usage_touched`. */
function touchStatement(buckets: readonly Touch[]): CompiledQuery {
  const touched = new Map(buckets.map((bucket) => [`${bucket.projectId} ${bucket.bucketMs}`, bucket]));
  return CompiledQuery.raw(TOUCH, unnestParameters(TOUCH_COLUMNS, [...touched.values()]));
}
