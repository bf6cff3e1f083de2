import { sql } from 'kysely';
import { int4Array, textArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { isFilled } from './budget-status.ts';
import { StaleBudgetsError } from './count-spend.ts';
import { countedSpan, periodAt } from './periods.ts';
import type { BudgetRule } from './rules.ts';
import { measured, NO_SPEND, readSpend } from './spend.ts';

/** What a call may cost a budget, in the budget's measure. */
export interface Claim {
  rule: BudgetRule;
  amount: bigint;
}

/** First key of the advisory locks on budgets, which is that of nothing else. */
const LOCK = 7_260_419;

const idOf = int4Array(({ rule }: Claim) => rule.id);
const amountOf = textArray(({ amount }: Claim) => amount.toString());

/**
 * Sets aside what a call may cost, if every budget has room for it: what is spent, what is set aside for others and this
 * must not be more than the amount. One call after the other looks at a budget, so that a hundred at once do not all see
 * the same room. The record of the call settles it in its own transaction; a lease ends by itself at `expiresAt`.
 * @param limits.revision of the budgets that the claims were made by
 * @returns the budgets without room; with any, nothing is set aside
 * @throws StaleBudgetsError when the budgets are others by now: make the claims again
 */
export async function reserve(
  db: Db,
  call: { projectId: number; eventId: string },
  claims: readonly Claim[],
  limits: { now: Date; expiresAt: Date; revision: bigint },
): Promise<BudgetRule[]> {
  const { now, expiresAt, revision } = limits;
  const sorted = [...claims].sort((a, b) => a.rule.id - b.rule.id);
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK}::integer, id)
      from unnest(${idOf(sorted)}::integer[]) as id order by id`.execute(tx);
    const questions = sorted.flatMap(({ rule }) => {
      const span = countedSpan(periodAt(rule, now), rule.startsAt);
      return span ? [{ rule, span }] : [];
    });
    const reading = await readSpend(tx, questions, now);
    if (reading.revision !== revision) throw new StaleBudgetsError();
    const { byBudget } = reading;
    const full = sorted.filter(({ rule, amount }) => {
      const question = questions.find((one) => one.rule === rule);
      const spend = byBudget.get(rule.id) ?? { ...NO_SPEND, reserved: 0n, filledFrom: null };
      if (!question || !isFilled(spend.filledFrom, question.span.start)) return false;
      return measured(spend, rule.measure) + spend.reserved + amount > rule.amount;
    });
    if (full.length > 0) return full.map(({ rule }) => rule);
    await sql`
      insert into budget_leases (project_id, event_id, budget_id, amount, expires_at)
      select ${call.projectId}::integer, ${call.eventId}::uuid, budget_id, amount::numeric, ${expiresAt}::timestamptz
      from unnest(${idOf(sorted)}::integer[], ${amountOf(sorted)}::text[]) as claim (budget_id, amount)
      order by budget_id
      on conflict do nothing`.execute(tx);
    return [];
  });
}

/** Forgets leases of calls whose record never came. */
export async function forgetLeases(db: Db, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`delete from budget_leases where expires_at <= ${now}`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
