import { sql } from 'kysely';
import type { AlertContext } from '../alerts/alert-context.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { forecastBudget } from '../budgets/forecast-budget.ts';
import { loadBudgetRules } from '../budgets/rules.ts';
import { measured, readSpend } from '../budgets/spend.ts';
import { forecastAlert } from './budget-words.ts';
import { keyOfCrossing, runningPeriod } from './crossings.ts';
import type { WatchedOrganization } from './organizations.ts';
import { readBudgetDrivers } from './read-drivers.ts';

/** As long as that much of the amount is expected, it is not over: a forecast moves a little every hour. */
const STILL_EXPECTED = 0.97;

/**
 * Tells once a period that a budget is going to be exceeded, when even the low end of the range is above the amount, and
 * resolves it when it is not expected any more. Once it is exceeded, its threshold is told instead.
 */
export async function watchForecasts(ctx: AlertContext, { id }: WatchedOrganization): Promise<void> {
  const now = ctx.clock.now();
  const { rows } = await sql<{ id: number; channel_ids: number[] }>`
    select id, channel_ids from budgets
    where organization_id = ${id} and notify_forecast and archived_at is null and period <> 'rolling'`.execute(ctx.db);
  const channels = new Map(rows.map((row) => [row.id, row.channel_ids]));
  const { rules } = await loadBudgetRules(ctx.db, { organizationId: id });
  const budgets = rules.filter((rule) => channels.has(rule.id)).flatMap((rule) => runningPeriod(rule, now) ?? []);
  const { byBudget } = await readSpend(ctx.db, budgets, now);
  const expected = new Set<string>();
  for (const budget of budgets) {
    const { rule, span } = budget;
    const spend = byBudget.get(rule.id);
    const forecast = await forecastBudget(ctx.db, rule, span, spend, now);
    if (!spend || !forecast?.total || forecast.basis === 'none' || forecast.basis === 'days') continue;
    const spent = measured(spend, rule.measure);
    const amount = Number(rule.amount);
    if (spent >= rule.amount || forecast.total.expected < STILL_EXPECTED * amount) continue;
    const dedupKey = keyOfCrossing('budget_forecast', budget, 100);
    expected.add(dedupKey);
    if (forecast.total.low < amount || (await isTold(ctx, id, dedupKey))) continue;
    const drivers = await readBudgetDrivers(ctx, { ...budget, spend }, now);
    const own = channels.get(rule.id) ?? [];
    await raiseAlert(ctx, id, {
      ...forecastAlert(budget, { spent, total: forecast.total }, drivers, now),
      dedupKey,
      ...(own.length > 0 ? { channelIds: own } : {}),
    });
  }
  const { rows: open } = await sql<{ dedup_key: string }>`
    select dedup_key from alerts
    where organization_id = ${id} and kind = 'budget_forecast' and state <> 'resolved'`.execute(ctx.db);
  for (const { dedup_key: key } of open) if (!expected.has(key)) await resolveAlert(ctx, id, key);
}

async function isTold(ctx: AlertContext, organizationId: number, dedupKey: string): Promise<boolean> {
  const { rows } = await sql`
    select from alerts where organization_id = ${organizationId} and dedup_key = ${dedupKey}`.execute(ctx.db);
  return rows.length > 0;
}
