import { CompiledQuery } from 'kysely';
import { int4Array, uuidArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { together } from '../../db/pipeline.ts';
import { type UnnestColumn, unnestInsert, unnestParameters } from '../../db/unnest.ts';
import { budgetsOfNow, type KnownBudgets, type Spent, spendStatements } from '../budgets/count-spend.ts';
import type { BoundedMemory } from './bounded-memory.ts';
import { claimResponses } from './claim-responses.ts';
import { foldRollup } from './fold-rollup.ts';
import { limitFeatures } from './limit-features.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { RECORD_COLUMNS } from './record-columns.ts';
import { type RecalledSeries, recallSeries, resolveSeries } from './resolve-series.ts';
import { rollupStatements } from './write-rollup.ts';

/** Identifies a record within the database: its primary key. */
const recordKey = (record: { projectId: number; ts: Date; eventId: string }): string =>
  `${record.projectId} ${record.ts.getTime()} ${record.eventId}`;

/** What a writer of many transactions remembers between them, and wants to hear of each. */
export interface WriterMemory {
  /** Ids of the series that it has met, and features that the rollups tell apart; without them all are looked up. */
  series?: BoundedMemory<number>;
  features?: BoundedMemory<true>;
  /** The budgets as it knows them; without them they are looked up in the transaction. */
  budgets?: KnownBudgets;
  /** Told what was added to budgets, which holds once the transaction is committed. */
  onSpent?(spent: Spent): void;
}

/** Records that are written, and their sums, which are on their way. */
export interface SentRecords {
  /** The records that are new. Every other one was there before, or twice among them. */
  inserted: Set<PreparedRecord>;
  /** Rejects when the sums could not be added: nothing of the transaction holds then. */
  sums: Promise<void>;
}

/**
 * Writes records and adds exactly the new ones to the rollup and to the budgets that cover them, in the transaction at hand: either all of it is there
 * after the commit, or nothing. A record that is there already is left as it is.
 *
 * Rows are written in the order of their keys, in every table: concurrent writers would deadlock otherwise. A second
 * record of a provider's response that another source has reported is stored, and left out of the sums.
 * @returns the records that are new. Every other one was there before, or twice among them.
 * @throws StaleBudgetsError when the remembered budgets are not those of now: begin again with others
 */
export async function writeRecords(
  tx: Db,
  records: readonly PreparedRecord[],
  memory: WriterMemory = {},
): Promise<Set<PreparedRecord>> {
  const { inserted, sums } = await sendRecords(tx, records, memory);
  await sums;
  return inserted;
}

/**
 * The same for a transaction whose statements are sent behind each other (`pipelined`). When it returns, the statements that
 * add the sums are sent, not answered, so that the COMMIT travels right behind them: their rows are those that other
 * writers wait for.
 * @param ahead `admitted` rejects when the records must not be written, and is waited for before they are
 */
export async function sendRecords(
  tx: Db,
  records: readonly PreparedRecord[],
  memory: WriterMemory,
  ahead: { admitted?: Promise<void>; series?: RecalledSeries } = {},
): Promise<SentRecords> {
  const unique = new Map<string, PreparedRecord>();
  for (const record of records) {
    const key = recordKey(record);
    if (!unique.has(key)) unique.set(key, record);
  }
  const sorted = [...unique.values()].sort(byKey);
  const [, duplicateOf] = await together([ahead.admitted ?? Promise.resolve(), claimResponses(tx, sorted)]);
  const seriesOf = await resolveSeries(tx, ahead.series ?? recallSeries(sorted, memory.series), memory.series);
  const [inserted, { budgets, xid }] = await together([
    insertRecords(tx, sorted, { seriesOf, duplicateOf }),
    budgetsOfNow(tx, memory.budgets),
  ]);
  const counted = [...inserted].filter((record) => !duplicateOf.has(record));
  const rollupFeature = await limitFeatures(tx, counted, memory.features);
  // All are made before the first is sent: one that could not be made must keep the COMMIT back.
  const rollup = rollupStatements(foldRollup(counted, rollupFeature));
  const spending = spendStatements(counted, budgets);
  const answers = [...rollup, ...spending.statements].map((statement) => tx.executeQuery(statement));
  const sums = together(answers).then(() => {
    if (spending.cells.length > 0) memory.onSpent?.({ xid, cells: spending.cells });
  });
  sums.catch(() => {}); // whoever commits waits for it then
  return { inserted, sums };
}

/** The order of the primary key; the text of a UUID sorts as its bytes do. */
const byKey = (a: PreparedRecord, b: PreparedRecord): number =>
  a.projectId - b.projectId || a.ts.getTime() - b.ts.getTime() || (a.eventId < b.eventId ? -1 : 1);

/** What of a record is known only when it is written. */
interface Resolved {
  seriesOf: ReadonlyMap<PreparedRecord, number>;
  duplicateOf: ReadonlyMap<PreparedRecord, string>;
}

const columns = ({ seriesOf, duplicateOf }: Resolved): readonly UnnestColumn<PreparedRecord>[] => [
  ...RECORD_COLUMNS,
  { name: 'series_id', travels: 'integer', encode: int4Array((record) => seriesOf.get(record)) },
  { name: 'duplicate_of', travels: 'uuid', encode: uuidArray((record) => duplicateOf.get(record)) },
];

const INSERT = `/* prepared: insert_usage_records */
  ${unnestInsert('usage_records', columns({ seriesOf: new Map(), duplicateOf: new Map() }), 'on conflict do nothing returning event_id')}`;

async function insertRecords(
  tx: Db,
  records: readonly PreparedRecord[],
  resolved: Resolved,
): Promise<Set<PreparedRecord>> {
  const filled = columns(resolved);
  const inserted = new Set<PreparedRecord>();
  let rest: readonly PreparedRecord[] = records;
  while (rest.length > 0) {
    // What comes back is the event id alone, so that each may be once in a statement. Nearly always all of them are.
    const byEvent = new Map<string, PreparedRecord>();
    const again = rest.filter((record) => byEvent.has(record.eventId) || !byEvent.set(record.eventId, record));
    const query = CompiledQuery.raw(INSERT, unnestParameters(filled, [...byEvent.values()]));
    const { rows } = await tx.executeQuery<{ event_id: string }>(query);
    for (const { event_id } of rows) {
      const record = byEvent.get(event_id);
      if (record) inserted.add(record);
    }
    rest = again;
  }
  return inserted;
}
