import { sql } from 'kysely';
import type { Budget, BudgetList } from '../../contract/budgets.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { formatAmount, statusOf } from './budget-status.ts';
import { countedSpan, periodAt } from './periods.ts';
import { type BudgetRule, loadBudgetRules } from './rules.ts';
import { measured, NO_SPEND, readSpend, type SpendOfBudget } from './spend.ts';

interface Organization {
  id: number;
  timeZone: string;
}

/** What of a budget nobody needs who counts by it. */
interface Terms {
  id: number;
  notify_forecast: boolean;
  channel_ids: number[];
  created_by: number | null;
  created_by_name: string | null;
  created_at: Date;
  updated_at: Date;
  archived_at: Date | null;
}

/** All budgets of an organization with their state, the most used up first and archived ones last. */
export async function listBudgets(tx: Db, organization: Organization, now: Date): Promise<BudgetList> {
  const found = await readBudgets(tx, organization.id, now);
  return {
    timeZone: organization.timeZone,
    budgets: found.map(({ budget }) => budget).sort(byUse(found)),
  };
}

/**
 * One of them, with what it is counted by.
 * @throws AppError `not_found`
 */
export async function readBudget(tx: Db, organizationId: number, id: number, now: Date) {
  const [found] = await readBudgets(tx, organizationId, now, id);
  if (!found) throw new AppError('not_found', `There is no budget ${id}`);
  return found;
}

export interface FoundBudget {
  budget: Budget;
  rule: BudgetRule;
  spend: SpendOfBudget | undefined;
}

/** All of them, or the one with the id, with what each is counted by. */
export async function readBudgets(tx: Db, organizationId: number, now: Date, id?: number): Promise<FoundBudget[]> {
  const { rules: all } = await loadBudgetRules(tx, { organizationId, archived: true });
  const rules = id === undefined ? all : all.filter((rule) => rule.id === id);
  const { rows } = await sql<Terms>`
    select b.id, b.notify_forecast, b.channel_ids, b.created_by, u.name as created_by_name, b.created_at, b.updated_at,
      b.archived_at
    from budgets b left join users u on u.id = b.created_by
    where b.organization_id = ${organizationId}`.execute(tx);
  const terms = new Map(rows.map((row) => [row.id, row]));
  const questions = rules.flatMap((rule) => {
    const span = countedSpan(periodAt(rule, now), rule.startsAt);
    return span && !terms.get(rule.id)?.archived_at ? [{ rule, span }] : [];
  });
  const { byBudget } = await readSpend(tx, questions, now);
  return rules.flatMap((rule) => {
    const own = terms.get(rule.id);
    const spend = byBudget.get(rule.id);
    return own ? [{ rule, spend, budget: toBudget(rule, own, spend, now) }] : [];
  });
}

function toBudget(rule: BudgetRule, terms: Terms, spend: SpendOfBudget | undefined, now: Date): Budget {
  const period = periodAt(rule, now);
  const counted = countedSpan(period, rule.startsAt);
  const known = spend ?? { ...NO_SPEND, reserved: 0n, filledFrom: null };
  const status = terms.archived_at ? ({ status: 'archived', reason: null } as const) : statusOf(rule, counted, spend);
  return {
    id: rule.id,
    name: rule.name,
    conditions: rule.conditions,
    measure: rule.measure,
    amount: formatAmount(rule.amount, rule.measure),
    period: rule.period,
    rollingHours: rule.rollingHours,
    thresholds: [...rule.thresholds],
    notifyForecast: terms.notify_forecast,
    channelIds: terms.channel_ids,
    action: rule.action,
    unpriced: rule.unpriced,
    reservation: rule.reservation,
    startsAt: rule.startsAt?.toISOString() ?? null,
    createdBy: terms.created_by === null ? null : { id: terms.created_by, name: terms.created_by_name ?? '' },
    createdAt: terms.created_at.toISOString(),
    updatedAt: terms.updated_at.toISOString(),
    archivedAt: terms.archived_at?.toISOString() ?? null,
    state: {
      ...status,
      periodStart: (counted ?? period).start.toISOString(),
      periodEnd: period.end.toISOString(),
      spent: formatAmount(measured(known, rule.measure), rule.measure),
      reserved: formatAmount(known.reserved, rule.measure),
      calls: Number(known.calls),
      tokens: Number(known.tokens),
      unpricedCalls: Number(known.unpricedCalls),
    },
  };
}

function byUse(found: readonly FoundBudget[]): (a: Budget, b: Budget) => number {
  // In 1e-6 of the amount: exact enough to sort by, whatever the amounts are.
  const used = new Map(
    found.map(({ rule, spend }) => [rule.id, (measured(spend ?? NO_SPEND, rule.measure) * 1_000_000n) / rule.amount]),
  );
  return (a, b) =>
    Number(a.archivedAt !== null) - Number(b.archivedAt !== null) ||
    Number((used.get(b.id) ?? 0n) - (used.get(a.id) ?? 0n)) ||
    a.id - b.id;
}
