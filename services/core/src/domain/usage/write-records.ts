import { type RawBuilder, sql } from 'kysely';
import { plainArray, textArray } from '../../db/array-literal.ts';
import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { encodeHistogram, foldRollup, type RollupCell } from './fold-rollup.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { CLASS_COLUMNS, COMMON_COLUMNS, type RecordColumn } from './record-columns.ts';

/** Identifies a record within the database: its primary key. */
export const recordKey = (record: { projectId: number; ts: Date; eventId: string }): string =>
  `${record.projectId} ${record.ts.getTime()} ${record.eventId}`;

export interface WriteResult {
  /** Keys (`recordKey`) of the records that are new. Every other one was there before. */
  inserted: ReadonlySet<string>;
}

/**
 * Writes records and adds exactly the new ones to the rollup, in the transaction at hand: either all of it is there
 * after the commit, or nothing. A record that is there already is left as it is.
 *
 * Rows are written in the order of their keys, in both tables: concurrent writers would deadlock otherwise.
 */
export async function writeRecords(tx: Db, records: readonly PreparedRecord[]): Promise<WriteResult> {
  const unique = new Map(records.map((record) => [recordKey(record), record]));
  const inserted = await insertRecords(tx, [...unique.values()].sort(byKey));
  await addToRollup(tx, foldRollup([...inserted].flatMap((key) => unique.get(key) ?? [])));
  return { inserted };
}

/** The order of the primary key; the text of a UUID sorts as its bytes do. */
const byKey = (a: PreparedRecord, b: PreparedRecord): number =>
  a.projectId - b.projectId || a.ts.getTime() - b.ts.getTime() || (a.eventId < b.eventId ? -1 : 1);

async function insertRecords(tx: Db, records: PreparedRecord[]): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const columns = [...COMMON_COLUMNS, ...CLASS_COLUMNS.filter((column) => records.some(column.occurs))];
  const { rows } = await sql<{ project_id: number; ts: Date; event_id: string }>`
    insert into usage_records (${names(columns)})
    select ${selection(columns)}
    from unnest(${arrays(columns.map((column) => [column, column.literal(records)]))}) as row (${names(columns)})
    on conflict do nothing
    returning project_id, ts, event_id`.execute(tx);
  return new Set(rows.map((row) => recordKey({ projectId: row.project_id, ts: row.ts, eventId: row.event_id })));
}

const names = (columns: readonly { name: string }[]) => sql.join(columns.map(({ name }) => sql.id(name)));

/** Arrays of arrays travel as arrays of literals. */
const travelType = (type: string) => (type.endsWith('[]') ? 'text' : type);

const selection = (columns: readonly { name: string; type: string }[]) =>
  sql.join(
    columns.map(({ name, type }) => (type.endsWith('[]') ? sql`${sql.id(name)}::${sql.raw(type)}` : sql.id(name))),
  );

const arrays = (columns: [Pick<RecordColumn, 'type'>, string][]): RawBuilder<unknown> =>
  sql.join(columns.map(([{ type }, literal]) => sql`${literal}::${sql.raw(travelType(type))}[]`));

type CellColumn = { name: string; type: string; literal(cells: readonly RollupCell[]): string };

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

async function addToRollup(tx: Db, cells: RollupCell[]): Promise<void> {
  if (cells.length === 0) return;
  const histograms = HISTOGRAM_COLUMNS.map(
    ({ name }) => sql`${sql.id(name)} = histogram_add(${sql.id('usage_15m', name)}, ${sql.id('excluded', name)})`,
  );
  await sql`
    insert into usage_15m (${names(CELL_COLUMNS)})
    select ${selection(CELL_COLUMNS)}
    from unnest(${arrays(CELL_COLUMNS.map((column) => [column, column.literal(cells)]))}) as row (${names(CELL_COLUMNS)})
    order by ${names(KEY_COLUMNS)}
    on conflict (${names(KEY_COLUMNS)}) do update set
      ${sql.join([...SUM_COLUMNS.map(({ name }) => addition(name)), ...histograms])}`.execute(tx);
}
