import { sql } from 'kysely';
import { int4Array, timestampArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import type { Span } from './periods.ts';
import type { BudgetRule } from './rules.ts';

/** What was spent in a span of time. */
export interface Spend {
  calls: bigint;
  tokens: bigint;
  unpricedCalls: bigint;
  totalPicoUsd: bigint;
}

export const NO_SPEND: Spend = { calls: 0n, tokens: 0n, unpricedCalls: 0n, totalPicoUsd: 0n };

export interface SpendOfBudget extends Spend {
  /** What is set aside for calls under way, in the budget's measure. */
  reserved: bigint;
  /** From where on the spend is known: see `budgets.filled_from`. */
  filledFrom: Date | number | null;
}

/** The whole spend of a moment, and which transactions it has seen. */
export interface SpendReading {
  byBudget: Map<number, SpendOfBudget>;
  snapshot: string;
  revision: bigint;
}

export interface Question {
  rule: Pick<BudgetRule, 'id' | 'projectIds'>;
  span: Span;
}

const idOf = int4Array(({ rule }: Question) => rule.id);
const startOf = timestampArray(({ span }: Question) => span.start.getTime());
const endOf = timestampArray(({ span }: Question) => span.end.getTime());
const pairBudget = int4Array(([id]: readonly [number, number]) => id);
const pairProject = int4Array(([, projectId]: readonly [number, number]) => projectId);

/**
 * Reads what each of these budgets has spent in its span, in one statement and so in one view of the database.
 * @param now leases that have expired by then count no more
 */
export async function readSpend(db: Db, questions: readonly Question[], now: Date): Promise<SpendReading> {
  const pairs = questions.flatMap(({ rule }) => rule.projectIds.map((projectId) => [rule.id, projectId] as const));
  const { rows } = await sql<{
    budget_id: number | null;
    calls: bigint;
    tokens: bigint;
    unpriced_calls: bigint;
    total_pico_usd: bigint;
    reserved: bigint;
    filled_from: Date | number | null;
    snapshot: string;
    revision: bigint;
  }>`/* prepared: read_budget_spend */
    select asked.budget_id, coalesce(s.calls, 0)::bigint as calls, coalesce(s.tokens, 0)::bigint as tokens,
      coalesce(s.unpriced_calls, 0)::bigint as unpriced_calls, coalesce(s.total_pico_usd, 0) as total_pico_usd,
      coalesce(l.reserved, 0) as reserved, b.filled_from,
      pg_current_snapshot()::text as snapshot, r.revision
    from budget_revision r
    left join unnest(${idOf(questions)}::integer[], ${startOf(questions)}::timestamptz[],
      ${endOf(questions)}::timestamptz[]) as asked (budget_id, from_time, to_time) on true
    left join budgets b on b.id = asked.budget_id
    left join lateral (
      select sum(s.calls) as calls, sum(s.tokens) as tokens, sum(s.unpriced_calls) as unpriced_calls,
        sum(s.total_pico_usd) as total_pico_usd
      from unnest(${pairBudget(pairs)}::integer[], ${pairProject(pairs)}::integer[]) as pair (budget_id, project_id)
      join budget_spend s on s.project_id = pair.project_id and s.budget_id = pair.budget_id
        and s.bucket >= asked.from_time and s.bucket < asked.to_time
      where pair.budget_id = asked.budget_id
    ) s on true
    left join lateral (
      select sum(l.amount) as reserved from budget_leases l
      where l.budget_id = asked.budget_id and b.reservation and l.expires_at > ${now}
    ) l on true`.execute(db);
  const byBudget = new Map<number, SpendOfBudget>();
  for (const row of rows) {
    if (row.budget_id === null) continue;
    byBudget.set(row.budget_id, {
      calls: row.calls,
      tokens: row.tokens,
      unpricedCalls: row.unpriced_calls,
      totalPicoUsd: row.total_pico_usd,
      reserved: row.reserved,
      filledFrom: row.filled_from,
    });
  }
  return { byBudget, snapshot: rows[0]?.snapshot ?? '', revision: rows[0]?.revision ?? 0n };
}

/** What a budget has spent in each of these spans. */
export async function readSpans(db: Db, rule: Question['rule'], spans: readonly Span[]): Promise<Spend[]> {
  if (spans.length === 0) return [];
  const startTime = timestampArray(({ start }: Span) => start.getTime());
  const endTime = timestampArray(({ end }: Span) => end.getTime());
  const { rows } = await sql<{ calls: bigint; tokens: bigint; unpriced_calls: bigint; total_pico_usd: bigint }>`
    select coalesce(sum(s.calls), 0)::bigint as calls, coalesce(sum(s.tokens), 0)::bigint as tokens,
      coalesce(sum(s.unpriced_calls), 0)::bigint as unpriced_calls, coalesce(sum(s.total_pico_usd), 0) as total_pico_usd
    from unnest(${startTime(spans)}::timestamptz[], ${endTime(spans)}::timestamptz[])
      with ordinality as span (from_time, to_time, place)
    left join budget_spend s on s.project_id = any(${[...rule.projectIds]}::integer[]) and s.budget_id = ${rule.id}
      and s.bucket >= span.from_time and s.bucket < span.to_time
    group by span.place order by span.place`.execute(db);
  return rows.map((row) => ({
    calls: row.calls,
    tokens: row.tokens,
    unpricedCalls: row.unpriced_calls,
    totalPicoUsd: row.total_pico_usd,
  }));
}

/** What counts towards the amount. */
export const measured = (spend: Spend, measure: BudgetRule['measure']): bigint =>
  measure === 'usd' ? spend.totalPicoUsd : measure === 'tokens' ? spend.tokens : spend.calls;
