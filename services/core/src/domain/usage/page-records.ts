import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { type RecordFilter, recordConditions } from './record-filter.ts';

export type RecordSort = 'time' | 'cost' | 'latency';
export type SortOrder = 'asc' | 'desc';

/** A record's place in a list: what it is sorted by, then what tells it from all others. */
export interface RecordPlace {
  /** Of the column sorted by; `null` comes last in either order. Sorted by time: absent. */
  value?: bigint | null;
  ts: Date;
  eventId: string;
  projectId: number;
}

interface PageWanted {
  filter: RecordFilter;
  sort: RecordSort;
  order: SortOrder;
  /** The last one of the page before. */
  after: RecordPlace | undefined;
  limit: number;
}

type KeyColumn = 'project_id' | 'ts' | 'event_id';
export type PageRow<Column extends keyof UsageRecordTable> = Omit<
  Pick<UsageRecordTable, Column | KeyColumn>,
  'ts' | 'received_at'
> & { ts: Date; received_at: Date };

const SORT_COLUMNS = { cost: 'total_pico_usd', latency: 'latency_ms' } as const;

/**
 * A page of records. Exact: records of the same cost or the same instant are told apart by their ids, so that a page
 * begins with the very next one, whatever was added or deleted meanwhile.
 *
 * In order of time the index of each project gives its next ones, and a page costs the same however many records there
 * are. Sorted otherwise, the period is read.
 */
export async function pageRecords<Column extends keyof UsageRecordTable>(
  tx: Db,
  columns: readonly Column[],
  wanted: PageWanted,
): Promise<PageRow<Column>[]> {
  if (wanted.filter.projectIds.length === 0) return [];
  const names = [...new Set<string>(['project_id', 'ts', 'event_id', ...columns])];
  const list = sql.join(names.map((name) => sql.id(name)));
  const statement = wanted.sort === 'time' ? byTime(list, wanted) : byValue(list, wanted.sort, wanted);
  return (await statement.execute(tx)).rows as PageRow<Column>[];
}

const direction = (order: SortOrder) => (order === 'asc' ? sql`asc` : sql`desc`);
const beyond = (order: SortOrder) => (order === 'asc' ? sql`>` : sql`<`);

function byTime(list: RawBuilder<unknown>, { filter, order, after, limit }: PageWanted) {
  const way = direction(order);
  const parts = filter.projectIds.map(
    (projectId) => sql`
      (select ${list} from usage_calls
      where ${recordConditions(filter, [projectId])} ${after ? sql`and ${isAfter(after, order, projectId)}` : sql``}
      order by ts ${way}, event_id ${way}
      limit ${limit})`,
  );
  return sql`
    select * from (${sql.join(parts, sql` union all `)}) as page
    order by ts ${way}, event_id ${way}, project_id ${way} limit ${limit}`;
}

/** Of one project. The bound on the time alone is for the planner, which then knows the partitions. */
function isAfter({ ts, eventId, projectId }: RecordPlace, order: SortOrder, ofProject: number) {
  const also = order === 'asc' ? ofProject > projectId : ofProject < projectId;
  return sql`ts ${beyond(order)}= ${ts}
    and (ts, event_id) ${beyond(order)}${also ? sql`=` : sql``} (${ts}, ${eventId}::uuid)`;
}

function byValue(list: RawBuilder<unknown>, sort: 'cost' | 'latency', { filter, order, after, limit }: PageWanted) {
  const column = sql.id(SORT_COLUMNS[sort]);
  const way = direction(order);
  return sql`
    select ${list} from usage_calls
    where ${recordConditions(filter)} ${after ? sql`and ${isBeyond(column, after, order)}` : sql``}
    order by ${column} ${way} nulls last, ts ${way}, event_id ${way}, project_id ${way}
    limit ${limit}`;
}

function isBeyond(
  column: RawBuilder<unknown>,
  { value = null, ts, eventId, projectId }: RecordPlace,
  order: SortOrder,
) {
  const tied = sql`(ts, event_id, project_id) ${beyond(order)} (${ts}, ${eventId}::uuid, ${projectId})`;
  if (value === null) return sql`${column} is null and ${tied}`;
  return sql`(${column} is null or ${column} ${beyond(order)} ${value} or (${column} = ${value} and ${tied}))`;
}
