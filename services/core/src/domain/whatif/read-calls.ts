import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { startOfUtcDay } from '../../db/partitions.ts';
import { inScope } from '../../db/scope.ts';
import { recordConditions } from '../usage/record-filter.ts';
import { type CallRow, callColumns } from './call-row.ts';
import type { Selection } from './selection.ts';

interface Place {
  ts: Date;
  eventId: string;
}

/**
 * Reads the calls of a selection page by page, each page of one project and one UTC day, in the order of time within a
 * project; each in a short transaction of its own, since a long one would hold up the upkeep of partitions.
 *
 * The next page is asked for while the one before is worked on.
 */
export async function* readCalls(
  ctx: Context,
  organizationId: number,
  selection: Selection,
  pageRows: number,
): AsyncGenerator<CallRow[]> {
  const pages = readPages(ctx, organizationId, selection, pageRows);
  let next = pages.next();
  try {
    for (let current = await next; !current.done; current = await next) {
      next = pages.next();
      // Whoever awaits it gets the error; that may be a while later, or never.
      next.catch(() => {});
      yield current.value;
    }
  } finally {
    await pages.return(undefined);
  }
}

async function* readPages(
  ctx: Context,
  organizationId: number,
  selection: Selection,
  pageRows: number,
): AsyncGenerator<CallRow[]> {
  const days = await daysWithCalls(ctx, organizationId, selection);
  for (const { projectId, day } of days) {
    const period = {
      from: new Date(Math.max(day, selection.period.from.getTime())),
      to: new Date(Math.min(day + DAY, selection.period.to.getTime())),
    };
    let after: Place | undefined;
    for (;;) {
      const rows = await readPage(ctx, organizationId, { ...selection, period }, projectId, after, pageRows);
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (!last || rows.length < pageRows) break;
      after = { ts: last.ts, eventId: last.event_id };
    }
  }
}

/** The rollup says on which days there is something at all; it never has less than the records. */
async function daysWithCalls(
  ctx: Context,
  organizationId: number,
  { projectIds, period, duplicates }: Selection,
): Promise<{ projectId: number; day: number }[]> {
  // Duplicates are in no rollup.
  if (duplicates !== 'exclude') {
    const days: number[] = [];
    for (let day = startOfUtcDay(period.from).getTime(); day < period.to.getTime(); day += DAY) days.push(day);
    return projectIds.flatMap((projectId) => days.map((day) => ({ projectId, day })));
  }
  const { rows } = await inScope(ctx, { organizationId }, (tx) =>
    sql<{ project_id: number; day: Date }>`
      select project_id, date_bin('1 day', bucket, timestamptz '2000-01-01 00:00:00Z') as day from usage_15m
      where project_id = any(${[...projectIds]}::integer[])
        and bucket >= ${startOfUtcDay(period.from)} and bucket < ${period.to}
      group by 1, 2 order by 1, 2`.execute(tx),
  );
  return rows.map(({ project_id, day }) => ({ projectId: project_id, day: day.getTime() }));
}

/** Bounds and all, so that the planner sees the one partition and the index that gives the order. */
async function readPage(
  ctx: Context,
  organizationId: number,
  selection: Selection,
  projectId: number,
  after: Place | undefined,
  limit: number,
): Promise<CallRow[]> {
  const { rows } = await inScope(ctx, { organizationId }, (tx) =>
    sql<CallRow>`
      select ${callColumns} from usage_calls
      where ${recordConditions(selection, [projectId])}
        ${after ? sql`and ts >= ${after.ts} and (ts, event_id) > (${after.ts}, ${after.eventId}::uuid)` : sql``}
      order by ts, event_id
      limit ${limit}`.execute(tx),
  );
  return rows;
}

/** About how many records a selection has; no more than `most` are counted where the rollup cannot say it. */
export async function expectCalls(
  ctx: Context,
  organizationId: number,
  selection: Selection,
  most: number,
): Promise<number> {
  const { rows } = await inScope(ctx, { organizationId }, (tx) =>
    sql<{ n: bigint }>`
      select count(*) as n from (
        select from usage_calls where ${recordConditions(selection)} limit ${most}) as counted`.execute(tx),
  );
  return Number(rows[0]?.n ?? 0n);
}
