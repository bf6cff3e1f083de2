import { sql } from 'kysely';
import { DAY, MINUTE } from '../../clock.ts';
import type { RecordDetail } from '../../contract/records.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { COST_COLUMNS, TOKEN_COLUMNS, type TokenColumn } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { AppError } from '../../errors.ts';
import { chooseProjects } from './choose-projects.ts';
import { tokenClassOf } from './class-columns.ts';
import { readEventId } from './event-id.ts';
import { explainCost } from './explain-cost.ts';
import { ROW_COLUMNS, toRecordRow } from './list-records.ts';
import { readInstant } from './read-period.ts';
import { explainReason } from './reasons.ts';
import { REMETER_COLUMNS } from './remeter-record.ts';

const DETAIL_COLUMNS = [
  ...ROW_COLUMNS,
  ...REMETER_COLUMNS,
  'received_at',
  'key_id',
  'attempts',
  'streamed',
  'interactive',
  'max_output_tokens',
  'error_type',
  'finish_reason',
  'reasoning_effort',
  'session',
  'trace_id',
  'response_id',
  'request_hash',
  'prefix_hash',
  'tags',
  'prompt_text',
  'response_text',
  'recosting_id',
] as const satisfies readonly (keyof UsageRecordTable)[];

type DetailRow = Omit<Pick<UsageRecordTable, (typeof DETAIL_COLUMNS)[number]>, 'received_at'> & { received_at: Date };

/** An id that carries its time was made when the call was, give or take what clocks differ by. */
const ID_TIME_SLACK_MS = 10 * MINUTE;
/** Responses are remembered for seven days, so that two reports of one are no further apart. */
const TWIN_SLACK_MS = 8 * DAY;

/**
 * Everything that is known of one record, with the calculation of its cost.
 * @param input `timestamp`, where it is known, leads to the record at once
 * @throws AppError `not_found` when there is none, or it is not the organization's
 */
export async function findRecord(
  tx: Db,
  organizationId: number,
  input: { projectId: number; id: string; timestamp?: string | undefined },
): Promise<RecordDetail> {
  const { projectId, id } = input;
  await chooseProjects(tx, organizationId, [projectId]);
  const at = input.timestamp === undefined ? undefined : readInstant('timestamp', input.timestamp);
  const row = await readRow(tx, projectId, id, at);
  if (!row) throw new AppError('not_found', `Project ${projectId} has no record ${id}`);
  const { price, lines, exact } = await explainCost(tx, organizationId, row);
  const project = await tx
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('id', '=', projectId)
    .executeTakeFirstOrThrow();
  return {
    ...toRecordRow(row),
    project,
    receivedAt: row.received_at.toISOString(),
    source: row.source,
    key: await findKey(tx, row),
    timeToFirstTokenMs: row.time_to_first_token_ms,
    attempts: row.attempts,
    streamed: row.streamed,
    interactive: row.interactive,
    maxOutputTokens: row.max_output_tokens,
    errorType: row.error_type,
    finishReason: row.finish_reason,
    serviceTier: row.service_tier,
    requestedTier: row.requested_tier,
    speed: row.speed,
    region: row.region,
    reasoningEffort: row.reasoning_effort,
    session: row.session,
    traceId: row.trace_id,
    responseId: row.response_id,
    requestHash: row.request_hash,
    prefixHash: row.prefix_hash,
    tags: row.tags ?? {},
    units: row.units ?? {},
    tools: row.tools ?? {},
    rawUsage: row.raw_usage,
    content:
      row.prompt_text === null && row.response_text === null
        ? null
        : { prompt: row.prompt_text, response: row.response_text },
    costDetail: {
      classes: costsOf(row),
      lines,
      exact,
      price,
      match: row.price_match === null ? null : explainReason(row.price_match),
      approximate: (row.approximate ?? []).map(explainReason),
      reported: row.reported_pico_usd === null ? null : formatPicoUsd(row.reported_pico_usd),
      recostingId: row.recosting_id,
    },
    winner: row.duplicate_of === null ? null : await findWinner(tx, row, row.duplicate_of),
    duplicates: await findDuplicates(tx, row),
  };
}

async function readRow(tx: Db, projectId: number, id: string, at: Date | undefined): Promise<DetailRow | undefined> {
  const { timeMs } = readEventId(id);
  const windows = at
    ? [sql`and ts = ${at}`]
    : [...(timeMs === undefined ? [] : [sql`and ${around(new Date(timeMs), ID_TIME_SLACK_MS)}`]), sql``];
  for (const window of windows) {
    const { rows } = await sql<DetailRow>`
      select ${sql.join([...new Set<string>(DETAIL_COLUMNS)].map((column) => sql.id(column)))}
      from usage_calls where project_id = ${projectId} and event_id = ${id}::uuid ${window}
      order by ts limit 1`.execute(tx);
    if (rows[0]) return rows[0];
  }
  return undefined;
}

const around = (ts: Date, slackMs: number) =>
  sql`ts between ${new Date(ts.getTime() - slackMs)} and ${new Date(ts.getTime() + slackMs)}`;

async function findKey(tx: Db, { key_id: id, project_id: projectId }: DetailRow): Promise<RecordDetail['key']> {
  if (id === null) return null;
  const key = await tx
    .selectFrom('api_keys')
    .select(['id', 'name', 'prefix'])
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return key ?? null;
}

const isTokenColumn = (name: string): name is TokenColumn => TOKEN_COLUMNS.some((column) => column === name);

/** USD by class; what was not billed is left out. */
function costsOf(row: DetailRow): Record<string, string> {
  const costs: Record<string, string> = {};
  for (const name of COST_COLUMNS) {
    const amount = row[`${name}_pico_usd`];
    if (amount !== null) costs[isTokenColumn(name) ? tokenClassOf(name) : name] = formatPicoUsd(amount);
  }
  return costs;
}

type TwinRow = Pick<UsageRecordTable, 'event_id' | 'source' | 'total_pico_usd'> & { ts: Date };

const TWIN_COLUMNS = sql`event_id, ts, source, total_pico_usd`;

async function findWinner(tx: Db, row: DetailRow, winnerId: string): Promise<RecordDetail['winner']> {
  const { timeMs } = readEventId(winnerId);
  const near = timeMs === undefined ? [] : [around(new Date(timeMs), ID_TIME_SLACK_MS)];
  for (const window of [...near, around(row.ts, TWIN_SLACK_MS)]) {
    const { rows } = await sql<TwinRow>`
      select ${TWIN_COLUMNS} from usage_calls
      where project_id = ${row.project_id} and event_id = ${winnerId}::uuid and ${window}
      order by ts limit 1`.execute(tx);
    if (rows[0]) return toTwin(rows[0]);
  }
  return null;
}

async function findDuplicates(tx: Db, row: DetailRow): Promise<RecordDetail['duplicates']> {
  const { rows } = await sql<TwinRow>`
    select ${TWIN_COLUMNS} from usage_calls
    where project_id = ${row.project_id} and duplicate_of = ${row.event_id}::uuid and ${around(row.ts, TWIN_SLACK_MS)}
    order by ts, event_id limit 20`.execute(tx);
  return rows.map(toTwin);
}

const toTwin = (row: TwinRow) => ({
  id: row.event_id,
  timestamp: row.ts.toISOString(),
  source: row.source,
  cost: row.total_pico_usd === null ? null : formatPicoUsd(row.total_pico_usd),
});
