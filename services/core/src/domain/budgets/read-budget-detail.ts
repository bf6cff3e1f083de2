import { sql } from 'kysely';
import type { Dimension, UsageQuery } from '../../contract/analytics.ts';
import type { BudgetChange, BudgetDetail } from '../../contract/budgets.ts';
import type { Db } from '../../db/connection.ts';
import type { Snapshot } from '../../db/scope.ts';
import { queryUsage } from '../usage/query-usage.ts';
import { bucketStarts } from '../usage/time-buckets.ts';
import { readBudgetPeriods } from './budget-periods.ts';
import { formatAmount } from './budget-status.ts';
import { forecastBudget } from './forecast-budget.ts';
import { readBudget } from './list-budgets.ts';
import { countedSpan, periodAt } from './periods.ts';
import type { BudgetRule } from './rules.ts';
import { measured, readSpans, type SpendOfBudget } from './spend.ts';

const DRIVERS = 5;
const CHANGES = 100;
const DRIVER_DIMENSIONS = ['model', 'feature', 'user', 'customer', 'project', 'key'] as const;

/**
 * A budget with how its running period went so far, the periods before, what drives it and who changed it.
 * @throws AppError `not_found`
 */
export async function readBudgetDetail(
  tx: Snapshot,
  organization: { id: number; timeZone: string; retentionDays: number },
  id: number,
  now: Date,
): Promise<BudgetDetail> {
  const found = await readBudget(tx, organization.id, id, now);
  const { budget, rule } = found;
  return {
    timeZone: organization.timeZone,
    budget,
    burn: await readBurn(tx, rule, now),
    forecast: budget.archivedAt === null ? await readForecast(tx, rule, found.spend, now) : null,
    periods: await readBudgetPeriods(tx, found, organization.retentionDays, now),
    drivers: await readDrivers(tx, organization, rule, now),
    changes: await readChanges(tx, organization.id, id),
  };
}

/** A few dozen points, of local hours or days. */
async function readBurn(tx: Db, rule: BudgetRule, now: Date): Promise<BudgetDetail['burn']> {
  const span = countedSpan(periodAt(rule, now), rule.startsAt);
  const isShort = rule.period === 'day' || (rule.period === 'rolling' && (rule.rollingHours ?? 0) <= 72);
  const bucket = isShort ? 'hour' : 'day';
  if (!span) return { bucket, points: [] };
  const until = span.end <= now ? span.end : new Date(now.getTime() + 1);
  const starts = bucketStarts({ from: span.start, to: until }, bucket, rule.timeZone);
  const spans = starts.map((start, i) => ({
    start: i === 0 ? span.start : start,
    end: starts[i + 1] ?? span.end,
  }));
  const sums = await readSpans(tx, rule, spans);
  return {
    bucket,
    points: sums.map((sum, i) => ({
      start: (spans[i]?.start ?? now).toISOString(),
      spent: formatAmount(measured(sum, rule.measure), rule.measure),
    })),
  };
}

async function readForecast(
  tx: Db,
  rule: BudgetRule,
  spend: SpendOfBudget | undefined,
  now: Date,
): Promise<BudgetDetail['forecast']> {
  const span = countedSpan(periodAt(rule, now), rule.startsAt);
  const forecast = span && (await forecastBudget(tx, rule, span, spend, now));
  if (!forecast?.total) return null;
  const text = (value: number) => formatAmount(BigInt(Math.round(value)), rule.measure);
  const { expected, low, high } = forecast.total;
  return {
    basis: forecast.basis,
    historyDays: forecast.historyDays,
    expected: text(expected),
    low: text(low),
    high: text(high),
  };
}

const METRIC = { usd: 'cost', tokens: 'tokens', calls: 'calls' } as const;

async function readDrivers(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  rule: BudgetRule,
  now: Date,
): Promise<BudgetDetail['drivers']> {
  const span = countedSpan(periodAt(rule, now), rule.startsAt);
  if (!span || rule.projectIds.length === 0) return [];
  const { users, customers, models, providers, features, environments, keys, tags } = rule.conditions;
  const metric = METRIC[rule.measure];
  const query: UsageQuery = {
    from: span.start.toISOString(),
    to: span.end.toISOString(),
    metrics: [...new Set([metric, 'calls' as const])],
    limit: DRIVERS,
    projectId: [...rule.projectIds],
    ...(users ? { user: users } : {}),
    ...(customers ? { customer: customers } : {}),
    ...(models ? { model: models } : {}),
    ...(providers ? { provider: providers } : {}),
    ...(features ? { feature: features } : {}),
    ...(environments ? { environment: environments } : {}),
    ...(keys ? { key: keys } : {}),
    ...(tags ? { tag: Object.entries(tags).flatMap(([key, values]) => values.map((value) => `${key}=${value}`)) } : {}),
  };
  const drivers: BudgetDetail['drivers'] = [];
  for (const dimension of DRIVER_DIMENSIONS) {
    const { groups } = await queryUsage(tx, organization, { ...query, groupBy: [dimension as Dimension] });
    drivers.push({
      dimension,
      values: groups.map(({ key, label, totals }) => ({
        value: key[0] ?? '',
        label: label[0] ?? '',
        spent: String(totals[metric] ?? '0'),
        calls: totals.calls ?? 0,
      })),
    });
  }
  // What is the same for every call tells nothing.
  return drivers.filter(({ values }) => values.length > 1 || (values[0] && values[0].value !== ''));
}

async function readChanges(tx: Db, organizationId: number, id: number): Promise<BudgetChange[]> {
  const { rows } = await sql<{
    at: Date;
    user_id: number | null;
    name: string | null;
    action: string;
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
  }>`
    select line.at, line.user_id, u.name, line.action, line.before, line.after
    from audit_log line left join users u on u.id = line.user_id
    where line.organization_id = ${organizationId} and line.target = 'budget' and line.target_id = ${id}
    order by line.id desc limit ${CHANGES}`.execute(tx);
  return rows.map((row) => ({
    at: row.at.toISOString(),
    by: row.user_id === null ? null : { id: row.user_id, name: row.name ?? '' },
    action: row.action,
    before: row.before,
    after: row.after,
  }));
}
