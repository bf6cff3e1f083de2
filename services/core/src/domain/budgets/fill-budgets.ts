import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { listPartitionDays, startOfUtcDay } from '../../db/partitions.ts';
import type { Span } from './periods.ts';
import { needsRecords, recomputeSpend } from './recompute-spend.ts';
import { type BudgetRule, loadBudgetRules } from './rules.ts';

/** Records may be ahead of the clock by ten minutes, and lie in the quarter of an hour after. */
const AHEAD_MS = HOUR;
/** Writers of a span that is being summed wait for it, and most of them write to the newest day. */
const RECORDS_STEP_MS = HOUR;
const RETRY_MS = 20;

/**
 * Counts what budgets have spent before they were made, or their conditions changed: day by day back from now, so that
 * the running period is known first. A budget of which all is counted is left alone. Safe to be killed, run again, and
 * run on several workers.
 * @returns how many budgets are whole now that were not
 */
export async function fillBudgets(ctx: Context, options: { signal?: AbortSignal } = {}): Promise<{ filled: number }> {
  const { rules } = await loadBudgetRules(ctx.db);
  const { rows: unfilled } = await sql<{ id: number }>`
    select id from budgets where archived_at is null and (filled_from is null or filled_from > '-infinity')`.execute(
    ctx.db,
  );
  const wanted = new Set(unfilled.map(({ id }) => id));
  const todo = rules.filter(({ id }) => wanted.has(id));
  if (todo.length === 0) return { filled: 0 };
  // From here on every writer counts by what these budgets say.
  await waitForRunning(ctx, options.signal);
  let filled = 0;
  for (const rule of todo) if (await fill(ctx, rule, options.signal)) filled += 1;
  return { filled };
}

/**
 * Waits until every transaction has ended that may have looked at the budgets before now: those that have a number, since
 * writers have theirs when they look (`budgetsOfNow`).
 */
async function waitForRunning(ctx: Context, signal: AbortSignal | undefined): Promise<void> {
  const { rows } = await sql<{ next: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(
    ctx.db,
  );
  const next = rows[0]?.next ?? '0';
  for (;;) {
    signal?.throwIfAborted();
    const { rows: now } = await sql<{ over: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot()) >= ${next}::xid8 as over`.execute(ctx.db);
    if (now[0]?.over) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function fill(ctx: Context, rule: BudgetRule, signal: AbortSignal | undefined): Promise<boolean> {
  const oldest = await oldestDay(ctx, rule);
  for (const span of spansBack(rule, ctx.clock.now(), oldest)) {
    signal?.throwIfAborted();
    if (!(await fillSpan(ctx.db, rule, span))) return false;
  }
  return ctx.db.transaction().execute((tx) => finish(tx, rule, oldest));
}

/** From the newest to the oldest: days, and hours of the newest day where records are counted. */
function* spansBack({ conditions }: BudgetRule, now: Date, oldest: Date): Generator<Span> {
  const newest = startOfUtcDay(new Date(now.getTime() + AHEAD_MS)).getTime();
  const newestStep = needsRecords(conditions) ? RECORDS_STEP_MS : DAY;
  for (let end = newest + DAY; end > oldest.getTime(); ) {
    const start = end - (end > newest ? newestStep : DAY);
    yield { start: new Date(start), end: new Date(end) };
    end = start;
  }
}

/** @returns false when the budget is not the same any more */
async function fillSpan(db: Db, rule: BudgetRule, span: Span): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const found = await lock(tx, rule);
    if (!found) return false;
    if (found.filledFrom !== null && found.filledFrom <= span.start) return true;
    for (const projectId of rule.projectIds) await recomputeSpend(tx, rule, projectId, span);
    await sql`update budgets set filled_from = ${span.start} where id = ${rule.id}`.execute(tx);
    return true;
  });
}

async function finish(tx: Db, rule: BudgetRule, oldest: Date): Promise<boolean> {
  if (!(await lock(tx, rule))) return false;
  // Counted by other conditions: what lies before and cannot be counted again, and projects that it covers no more.
  if (rule.scopeVersion > 1) {
    await sql`
      delete from budget_spend
      where project_id = any(array(select id from projects where organization_id = ${rule.organizationId}))
        and budget_id = ${rule.id}
        and (bucket < ${oldest} or not project_id = any(${[...rule.projectIds]}::integer[]))`.execute(tx);
  }
  await sql`update budgets set filled_from = '-infinity' where id = ${rule.id}`.execute(tx);
  return true;
}

/** Until the end of the transaction nobody changes the conditions, and no other worker fills the same budget. */
async function lock(tx: Db, rule: BudgetRule): Promise<{ filledFrom: Date | number | null } | undefined> {
  const { rows } = await sql<{ filled_from: Date | number | null }>`
    select filled_from from budgets
    where id = ${rule.id} and scope_version = ${rule.scopeVersion} and archived_at is null
    for no key update`.execute(tx);
  return rows[0] && { filledFrom: rows[0].filled_from };
}

/** The first day of which anything is kept that the budget could be counted from. */
async function oldestDay(ctx: Context, { conditions, projectIds }: BudgetRule): Promise<Date> {
  const today = startOfUtcDay(ctx.clock.now());
  if (needsRecords(conditions)) return (await listPartitionDays(ctx.db))[0] ?? today;
  const { rows } = await sql<{ first: Date | null }>`
    select min(bucket) as first from unnest(${[...projectIds]}::integer[]) as project (id)
    cross join lateral (
      select bucket from usage_15m where project_id = project.id order by bucket limit 1
    ) as oldest`.execute(ctx.db);
  return startOfUtcDay(rows[0]?.first ?? today);
}
