import { sql } from 'kysely';
import { int4Array, textArray, uuidArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { isFilled } from './budget-status.ts';
import { StaleBudgetsError } from './count-spend.ts';
import { countedSpan, periodAt } from './periods.ts';
import type { BudgetRule } from './rules.ts';
import { measured, readSpend } from './spend.ts';

/** What a call may cost a budget, in the budget's measure. */
export interface Claim {
  rule: BudgetRule;
  amount: bigint;
}

/** A call that wants to be made. */
export interface Ask {
  projectId: number;
  /** The id that its record will have. */
  eventId: string;
  claims: readonly Claim[];
}

/** First key of the advisory locks on budgets, which is that of nothing else. */
const LOCK = 7_260_419;

interface Lease {
  ask: Ask;
  claim: Claim;
}

const budgetOf = int4Array((rule: BudgetRule) => rule.id);
const projectOf = int4Array(({ ask }: Lease) => ask.projectId);
const eventOf = uuidArray(({ ask }: Lease) => ask.eventId);
const idOf = int4Array(({ claim }: Lease) => claim.rule.id);
const amountOf = textArray(({ claim }: Lease) => claim.amount.toString());

/**
 * Sets aside what calls may cost, one after the other, if every budget has room for it: what is spent, what is set aside
 * for others and this must not be more than the amount. Nobody else looks at the same budgets meanwhile, so that a hundred
 * calls at once do not all see the same room. The record of a call settles its lease in its own transaction; a lease ends
 * by itself at `expiresAt`.
 * @param limits.revision of the budgets that the claims were made by
 * @returns for each call the budgets without room; with any, nothing is set aside for it
 * @throws StaleBudgetsError when the budgets are others by now: make the claims again
 */
export async function reserve(
  db: Db,
  asks: readonly Ask[],
  limits: { now: Date; expiresAt: Date; revision: bigint },
): Promise<BudgetRule[][]> {
  const { now, expiresAt, revision } = limits;
  const byId = new Map(asks.flatMap(({ claims }) => claims.map(({ rule }) => [rule.id, rule] as const)));
  const rules = [...byId.values()].sort((a, b) => a.id - b.id);
  return db.transaction().execute(async (tx) => {
    await sql`/* prepared: lock_budgets */
      select pg_advisory_xact_lock(${LOCK}::integer, id) from (
        select id from unnest(${budgetOf(rules)}::integer[]) as id order by id
      ) as ids`.execute(tx);
    const room = await readRoom(tx, rules, now, revision);
    const leases: Lease[] = [];
    const refusals = asks.map((ask) => {
      const full = ask.claims.filter(({ rule, amount }) => amount > (room.get(rule.id) ?? amount));
      if (full.length > 0) return full.map(({ rule }) => rule);
      for (const claim of ask.claims) {
        const left = room.get(claim.rule.id);
        if (left !== undefined) room.set(claim.rule.id, left - claim.amount);
        leases.push({ ask, claim });
      }
      return [];
    });
    if (leases.length > 0) {
      await sql`/* prepared: lease_budgets */
        insert into budget_leases (project_id, event_id, budget_id, amount, expires_at)
        select project_id, event_id, budget_id, amount::numeric, ${expiresAt}::timestamptz
        from unnest(${projectOf(leases)}::integer[], ${eventOf(leases)}::uuid[], ${idOf(leases)}::integer[],
          ${amountOf(leases)}::text[]) as lease (project_id, event_id, budget_id, amount)
        order by project_id, event_id, budget_id
        on conflict do nothing`.execute(tx);
    }
    return refusals;
  });
}

/** What is left of each budget; one that does not block yet is not in it. */
async function readRoom(
  tx: Db,
  rules: readonly BudgetRule[],
  now: Date,
  revision: bigint,
): Promise<Map<number, bigint>> {
  const questions = rules.flatMap((rule) => {
    const span = countedSpan(periodAt(rule, now), rule.startsAt);
    return span ? [{ rule, span }] : [];
  });
  const reading = await readSpend(tx, questions, now);
  if (reading.revision !== revision) throw new StaleBudgetsError();
  return new Map(
    questions.flatMap(({ rule, span }): [number, bigint][] => {
      const spend = reading.byBudget.get(rule.id);
      if (!spend || !isFilled(spend.filledFrom, span.start)) return [];
      return [[rule.id, rule.amount - measured(spend, rule.measure) - spend.reserved]];
    }),
  );
}

/** Forgets leases of calls whose record never came. */
export async function forgetLeases(db: Db, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`delete from budget_leases where expires_at <= ${now}`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
