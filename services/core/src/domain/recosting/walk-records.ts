import { type RawBuilder, sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import { listPartitionDays } from '../../db/partitions.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { REMETER_COLUMNS, type RemeterRow } from '../usage/remeter-record.ts';

/** Which records a re-costing is about. */
export interface RecordFilter {
  period: { from: Date; to: Date };
  projectIds: readonly number[];
  providers: readonly string[] | null;
  models: readonly string[] | null;
  onlyUnpriced: boolean;
}

/** A record's place in the order in which they are walked: that of their primary key. */
export interface RecordKey {
  project_id: number;
  ts: Date;
  event_id: string;
}

/** What else of a record goes into the sums, or says who else changes it. */
const OTHER_COLUMNS = [
  'project_id',
  'event_id',
  'key_id',
  'feature',
  'environment',
  'end_user',
  'customer',
  'tags',
  'latency_ms',
  'duplicate_of',
  'recosting_id',
] as const;

export type StoredRecord = RemeterRow &
  Pick<UsageRecordTable, Exclude<(typeof OTHER_COLUMNS)[number], 'ts'>> & {
    /** Changes whenever anybody changes the row. */
    row_version: string;
  };

/** What only who meters a call again has to read; the largest of a record's columns is among it. */
const METERED_FROM = ['source', 'requested_tier', 'units', 'raw_usage'] as const satisfies (keyof RemeterRow)[];

/** What a record's place in the sums follows from, and its figures. */
export type SummedRecord = Omit<StoredRecord, (typeof METERED_FROM)[number] | 'row_version'>;

const columnsOf = (table: string, columns: readonly string[]) =>
  sql.join(columns.map((column) => sql.id(table, column)));
const STORED_COLUMNS = [...REMETER_COLUMNS, ...OTHER_COLUMNS];
const SUMMED_COLUMNS = STORED_COLUMNS.filter((name) => !METERED_FROM.some((column) => column === name));

/** The columns of `StoredRecord`, of a table under that name. */
export const storedColumns = (table: string): RawBuilder<unknown> =>
  sql`${columnsOf(table, STORED_COLUMNS)}, ${sql.id(table, 'row_version')}`;

/** The columns of `SummedRecord`, of a table under that name. */
export const summedColumns = (table: string): RawBuilder<unknown> => columnsOf(table, SUMMED_COLUMNS);

/**
 * Reads records page by page in the order of their key, each page of one project, without a transaction around them: a
 * long one would hold up the upkeep of partitions and the cleaning of tables. Whoever changes a record that it read has
 * to see first whether it is still the same.
 * @param after the record behind which to begin
 */
export async function* walkRecords(
  db: Db,
  filter: RecordFilter,
  after: RecordKey | undefined,
  pageRows: number,
): AsyncGenerator<StoredRecord[]> {
  const { from, to } = filter.period;
  const days = (await listPartitionDays(db)).filter((day) => day < to && day.getTime() + DAY > from.getTime());
  for (const projectId of [...filter.projectIds].sort((a, b) => a - b)) {
    if (after && projectId < after.project_id) continue;
    let last = after?.project_id === projectId ? after : undefined;
    let page: StoredRecord[] = [];
    for (const day of days) {
      const nextDay = new Date(day.getTime() + DAY);
      if (last && last.ts >= nextDay) continue;
      const within = { from: laterOf(day, from), to: nextDay < to ? nextDay : to };
      let isDayDone = false;
      while (!isDayDone) {
        const wanted = pageRows - page.length;
        const rows = await readPage(db, projectId, within, filter, last, wanted);
        page.push(...rows);
        last = rows.at(-1) ?? last;
        isDayDone = rows.length < wanted;
        if (page.length < pageRows) continue;
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  }
}

const laterOf = (a: Date, b: Date) => (a > b ? a : b);

/** Bounds and all, so that the planner sees the one partition and the index that gives the order. */
async function readPage(
  db: Db,
  projectId: number,
  { from, to }: { from: Date; to: Date },
  filter: RecordFilter,
  last: RecordKey | undefined,
  rows: number,
): Promise<StoredRecord[]> {
  const start = last ? laterOf(last.ts, from) : from;
  const page = await sql<StoredRecord>`
    select ${storedColumns('r')}
    from usage_calls r
    where project_id = ${projectId} and ts >= ${start} and ts < ${to}
      ${last ? sql`and (ts, event_id) > (${last.ts}, ${last.event_id}::uuid)` : sql``}
      ${filter.providers ? sql`and provider = any(${[...filter.providers]}::text[])` : sql``}
      ${filter.models ? sql`and model = any(${[...filter.models]}::text[])` : sql``}
      ${filter.onlyUnpriced ? sql`and cost_status <> 'priced'` : sql``}
    order by ts, event_id
    limit ${rows}`.execute(db);
  return page.rows;
}

/** How many records the walk will meet, from the sums: duplicates and the ragged edges of the period are not worth a scan. */
export async function expectRecords(db: Db, filter: RecordFilter): Promise<bigint> {
  const { rows } = await sql<{ calls: bigint }>`
    select coalesce(sum(${filter.onlyUnpriced ? sql`unpriced_calls + unreadable_calls` : sql`calls`}), 0) as calls
    from usage_15m
    where project_id = any(${[...filter.projectIds]}::integer[])
      and bucket >= ${filter.period.from} and bucket < ${filter.period.to}
      ${filter.providers ? sql`and provider = any(${[...filter.providers]}::text[])` : sql``}
      ${filter.models ? sql`and model = any(${[...filter.models]}::text[])` : sql``}`.execute(db);
  return rows[0]?.calls ?? 0n;
}

/** Asks for the next page while the one before is worked on. */
export async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (let current = await next; !current.done; current = await next) {
      next = source.next();
      // Whoever awaits it gets the error; that may be a while later, or never.
      next.catch(() => {});
      yield current.value;
    }
  } finally {
    await source.return(undefined);
  }
}
