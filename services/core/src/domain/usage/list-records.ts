import { sql } from 'kysely';
import type { RecordRow, RecordsPage, RecordsQuery } from '../../contract/analytics.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from './choose-projects.ts';
import { tokenClassOf } from './class-columns.ts';
import { conditions, type UsageFilter } from './usage-cells.ts';

const tokenColumns = TOKEN_COLUMNS.map((column) => `${column}_tokens` as const);

const ROW_COLUMNS = [
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
  ...tokenColumns,
] as const;

type Row = Pick<UsageRecordTable, Exclude<(typeof ROW_COLUMNS)[number], 'ts'>> & { ts: Date };

/**
 * The organization's newest records, a page at a time. Each project's own index gives its newest ones in order, so that
 * a page costs the same however many records there are.
 * @throws AppError `invalid_request` for a cursor that this list did not give out
 */
export async function listRecords(tx: Db, organizationId: number, query: RecordsQuery): Promise<RecordsPage> {
  const limit = query.limit ?? 50;
  const filter = { ...query, projectIds: await chooseProjects(tx, organizationId, query.projectId) } as UsageFilter;
  const before = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const parts = filter.projectIds.map(
    (projectId) => sql`
      (select ${sql.join(ROW_COLUMNS.map((column) => sql.id(column)))}
      from usage_records
      where ${conditions({ ...filter, projectIds: [projectId] })}
        ${query.from === undefined ? sql`` : sql`and ts >= ${query.from}`}
        ${query.to === undefined ? sql`` : sql`and ts < ${query.to}`}
        ${before ? sql`and (ts, event_id) < (${before.ts}, ${before.eventId}::uuid)` : sql``}
      order by ts desc, event_id desc
      limit ${limit + 1})`,
  );
  if (parts.length === 0) return { records: [], nextCursor: null };
  const { rows } = await sql<Row>`
    select * from (${sql.join(parts, sql` union all `)}) as newest
    order by ts desc, event_id desc limit ${limit + 1}`.execute(tx);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { records: page.map(toRecordRow), nextCursor: rows.length > limit && last ? makeCursor(last) : null };
}

function toRecordRow(row: Row): RecordRow {
  const tokens: Record<string, number> = {};
  for (const column of TOKEN_COLUMNS) {
    const count = row[`${column}_tokens`];
    if (count) tokens[tokenClassOf(column)] = count;
  }
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
    tokens,
    latencyMs: row.latency_ms,
  };
}

const makeCursor = (row: Row) => `${row.ts.toISOString()}_${row.event_id}`;

function readCursor(cursor: string): { ts: string; eventId: string } {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f-]{36})$/.exec(cursor);
  const [, ts, eventId] = match ?? [];
  if (ts === undefined || eventId === undefined) throw invalidField('cursor', 'must be the `nextCursor` of a page');
  return { ts, eventId };
}
