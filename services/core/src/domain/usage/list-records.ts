import { createHash } from 'node:crypto';
import type { RecordRow, RecordsPage, RecordsQuery } from '../../contract/records.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from './choose-projects.ts';
import { tokenClassOf } from './class-columns.ts';
import { type PageRow, pageRecords, type RecordPlace, type RecordSort, type SortOrder } from './page-records.ts';
import { recordFilter } from './record-filter.ts';

/** What a row of a list is made of. */
export const ROW_COLUMNS = [
  'project_id',
  'ts',
  'event_id',
  'provider',
  'model',
  'feature',
  'environment',
  'end_user',
  'customer',
  'status',
  'cost_status',
  'total_pico_usd',
  'latency_ms',
  'duplicate_of',
  ...TOKEN_COLUMNS.map((column) => `${column}_tokens` as const),
] as const satisfies readonly (keyof UsageRecordTable)[];

type ListedRow = PageRow<(typeof ROW_COLUMNS)[number]>;

/**
 * The organization's records, a page at a time: the newest first, or by what they cost or how long they took.
 * @throws AppError `invalid_request` for a cursor that this very list did not give out, or for a list that is sorted by
 * what no index has and has no beginning
 */
export async function listRecords(tx: Db, organizationId: number, query: RecordsQuery): Promise<RecordsPage> {
  const limit = query.limit ?? 50;
  const sort = (query.sort ?? 'time') as RecordSort;
  const order = (query.order ?? 'desc') as SortOrder;
  if (sort !== 'time' && query.from === undefined) throw invalidField('from', `is required to sort by ${sort}`);
  const filter = recordFilter(query, await chooseProjects(tx, organizationId, query.projectId));
  const list = fingerprint(query);
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, list, sort);
  const rows = await pageRecords(tx, ROW_COLUMNS, { filter, sort, order, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    records: page.map(toRecordRow),
    nextCursor: rows.length > limit && last ? makeCursor(placeOf(last, sort), list) : null,
  };
}

export function toRecordRow(row: ListedRow): RecordRow {
  return {
    projectId: row.project_id,
    id: row.event_id,
    timestamp: row.ts.toISOString(),
    provider: row.provider,
    model: row.model,
    feature: row.feature,
    environment: row.environment,
    user: row.end_user,
    customer: row.customer,
    status: row.status,
    costStatus: row.cost_status,
    cost: row.total_pico_usd === null ? null : formatPicoUsd(row.total_pico_usd),
    tokens: tokensOf(row),
    latencyMs: row.latency_ms,
    duplicateOf: row.duplicate_of,
  };
}

/** Counts by class, those that are not zero. */
export function tokensOf(row: Pick<ListedRow, `${(typeof TOKEN_COLUMNS)[number]}_tokens`>): Record<string, number> {
  const tokens: Record<string, number> = {};
  for (const column of TOKEN_COLUMNS) {
    const count = row[`${column}_tokens`];
    if (count) tokens[tokenClassOf(column)] = count;
  }
  return tokens;
}

function placeOf(row: ListedRow, sort: RecordSort): RecordPlace {
  const place = { ts: row.ts, eventId: row.event_id, projectId: row.project_id };
  if (sort === 'time') return place;
  const value = sort === 'cost' ? row.total_pico_usd : row.latency_ms;
  return { ...place, value: value === null ? null : BigInt(value) };
}

/** Tells one list from another, so that a cursor of one is not taken for a place in the other. */
function fingerprint({ cursor: _cursor, limit: _limit, ...query }: RecordsQuery): string {
  const parts = Object.entries({ sort: 'time', order: 'desc', ...query }).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12);
}

const makeCursor = ({ value, ts, eventId, projectId }: RecordPlace, list: string) =>
  Buffer.from(
    JSON.stringify([list, ts.getTime(), eventId, projectId, ...(value === undefined ? [] : [String(value)])]),
  ).toString('base64url');

const CURSOR = /^\["([\w-]{12})",(\d{1,15}),"([0-9a-f-]{36})",(\d{1,10})(?:,"(\d{1,19}|null)")?\]$/;

function readCursor(cursor: string, list: string, sort: RecordSort): RecordPlace {
  const match = CURSOR.exec(Buffer.from(cursor, 'base64url').toString());
  const [, of, ts, eventId, projectId, value] = match ?? [];
  const complete = ts !== undefined && eventId !== undefined && (value !== undefined) === (sort !== 'time');
  if (of !== list || !complete) throw invalidField('cursor', 'must be the `nextCursor` of a page of the same list');
  return {
    ts: new Date(Number(ts)),
    eventId,
    projectId: Number(projectId),
    ...(value === undefined ? {} : { value: value === 'null' ? null : BigInt(value) }),
  };
}
