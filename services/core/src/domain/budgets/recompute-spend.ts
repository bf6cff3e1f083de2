import { sql } from 'kysely';
import type { BudgetConditions } from '../../contract/budgets.ts';
import { TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { hasOtherFeatures } from '../usage/limit-features.ts';
import type { Span } from './periods.ts';
import { type BudgetRule, loadBudgetRules } from './rules.ts';

type Scope = Pick<BudgetRule, 'id' | 'conditions'>;

/** The rollup, which outlives the records, knows nothing of these. */
const ONLY_IN_RECORDS = ['users', 'customers', 'tags'] as const;

export const needsRecords = (conditions: BudgetConditions): boolean =>
  ONLY_IN_RECORDS.some((name) => conditions[name] !== undefined);

/** Where the rollup does not tell all features apart, only the records know a budget's. */
export const chooseSource = async (
  tx: Db,
  conditions: BudgetConditions,
  projectId: number,
  span: Span,
): Promise<'records' | 'rollup'> =>
  needsRecords(conditions) || (conditions.features && (await hasOtherFeatures(tx, projectId, span)))
    ? 'records'
    : 'rollup';

/**
 * Makes a budget's spend in one project anew from what it sums up, for whole quarters of an hour of which all of it is
 * there.
 *
 * The budget's rows are locked first, those too that are not there yet, and only the next statement reads: a writer that
 * has added to them is waited for and seen; one that has not yet waits here, and adds what this has not seen. So it is
 * exact beside writers, as long as all of them know of the budget. In a transaction with one snapshot it fails instead
 * when a writer was faster (`isConflict`).
 */
export async function recomputeSpend(tx: Db, budget: Scope, projectId: number, { start, end }: Span): Promise<void> {
  const isIt = sql`project_id = ${projectId} and budget_id = ${budget.id} and bucket >= ${start} and bucket < ${end}`;
  await sql`
    insert into budget_spend (project_id, budget_id, bucket, calls, tokens, unpriced_calls, total_pico_usd)
    select ${projectId}, ${budget.id}, bucket, 0, 0, 0, 0
    from generate_series(${start}::timestamptz, ${end}::timestamptz - interval '15 minutes', interval '15 minutes') as bucket
    order by bucket
    on conflict do nothing`.execute(tx);
  await sql`select from budget_spend where ${isIt} order by bucket for update`.execute(tx);
  const source = await chooseSource(tx, budget.conditions, projectId, { start, end });
  await sql`
    with sums as materialized (${sumsOf(source, budget.conditions, projectId, { start, end })})
    update budget_spend s set calls = coalesce(sums.calls, 0), tokens = coalesce(sums.tokens, 0),
      unpriced_calls = coalesce(sums.unpriced_calls, 0), total_pico_usd = coalesce(sums.total_pico_usd, 0)
    from (select bucket from budget_spend where ${isIt}) as own left join sums using (bucket)
    where s.project_id = ${projectId} and s.budget_id = ${budget.id} and s.bucket = own.bucket`.execute(tx);
  await sql`delete from budget_spend where ${isIt} and calls = 0`.execute(tx);
}

/** Lets every budget follow records that were deleted, or changed in another way than by re-costing. */
export async function recomputeSpendOfProject(tx: Db, projectId: number, span: Span): Promise<void> {
  const { rules } = await loadBudgetRules(tx);
  for (const rule of rules) if (rule.projectIds.includes(projectId)) await recomputeSpend(tx, rule, projectId, span);
}

/** Calls, tokens and money by quarter of an hour. */
export function sumsOf(
  source: 'records' | 'rollup',
  conditions: BudgetConditions,
  projectId: number,
  { start, end }: Span,
) {
  return source === 'records'
    ? sql`
      select date_bin('15 minutes', ts, '2000-01-01T00:00:00Z') as bucket, count(*) as calls,
        coalesce(sum(${tokens}), 0) as tokens, count(*) filter (where total_pico_usd is null) as unpriced_calls,
        coalesce(sum(total_pico_usd), 0) as total_pico_usd
      from usage_calls
      where project_id = ${projectId} and ts >= ${start} and ts < ${end} and duplicate_of is null
        and ${holds(conditions)}
      group by 1`
    : sql`
      select bucket, sum(calls) as calls, coalesce(sum(${tokens}), 0) as tokens,
        sum(unpriced_calls + unreadable_calls) as unpriced_calls, sum(total_pico_usd) as total_pico_usd
      from usage_15m
      where project_id = ${projectId} and bucket >= ${start} and bucket < ${end} and ${holds(conditions)}
      group by 1`;
}

const tokens = sql.join(
  TOKEN_COLUMNS.map((name) => sql`coalesce(${sql.id(`${name}_tokens`)}, 0)::bigint`),
  sql` + `,
);

/** The conditions as SQL over the rollup or the records; `matcher.ts` says the same of a record in memory. */
function holds(conditions: BudgetConditions) {
  const one = (column: string, values: readonly string[] | undefined) =>
    values ? [sql`${sql.id(column)} = any(${[...values]}::text[])`] : [];
  const all = [
    ...one('end_user', conditions.users),
    ...one('customer', conditions.customers),
    ...one('model', conditions.models),
    ...one('provider', conditions.providers),
    ...one('feature', conditions.features),
    ...one('environment', conditions.environments),
    ...(conditions.keys ? [sql`key_id = any(${[...conditions.keys]}::integer[])`] : []),
    ...Object.entries(conditions.tags ?? {}).map(
      ([key, values]) => sql`tags ->> ${key}::text = any(${[...values]}::text[])`,
    ),
  ];
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `);
}
