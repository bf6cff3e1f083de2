import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { columnNames, columnValues, unnestRows } from '../../db/unnest.ts';
import { foldRollup } from './fold-rollup.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { CLASS_COLUMNS, COMMON_COLUMNS } from './record-columns.ts';
import { addToRollup } from './write-rollup.ts';

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
    insert into usage_records (${columnNames(columns)})
    select ${columnValues(columns)}
    from ${unnestRows(columns, records)}
    on conflict do nothing
    returning project_id, ts, event_id`.execute(tx);
  return new Set(rows.map((row) => recordKey({ projectId: row.project_id, ts: row.ts, eventId: row.event_id })));
}
