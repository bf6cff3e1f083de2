import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../db/scope.ts';
import { recomputeSpendOfProject } from '../budgets/recompute-spend.ts';
import { OTHER_FEATURES } from '../usage/limit-features.ts';
import type { Period } from '../usage/plan-sources.ts';
import { CLASS_SUM_COLUMNS, HISTOGRAM_COLUMNS, KEY_COLUMNS, SUM_COLUMNS } from './rollup-columns.ts';

const VALUE_COLUMNS = [...SUM_COLUMNS, ...HISTOGRAM_COLUMNS];

const list = (names: readonly string[], of?: string) =>
  sql.join(names.map((name) => (of === undefined ? sql.id(name) : sql.id(of, name))));

/**
 * Makes the fine rollup of whole quarters of an hour anew from the records, where it differs from them, and notes which
 * quarters were touched; with it the spend of budgets. Only where all the records still are.
 *
 * In a transaction with one snapshot: a cell that a writer changes meanwhile makes it fail (`isConflict`), and a writer
 * that comes later adds to what is written here.
 * @returns how many quarters differed
 */
export async function recomputeBuckets(tx: Tx, projectId: number, { from, to }: Period): Promise<number> {
  const sameKey = sql.join(
    ['bucket', ...KEY_COLUMNS].map((name) => sql`${sql.id('cell', name)} = ${sql.id('expected', name)}`),
    sql` and `,
  );
  // No sum and a sum of zero say the same; a cell of the writer may have either.
  const sameValues = sql.join(
    [
      ...SUM_COLUMNS.map(
        (name) => sql`coalesce(${sql.id('cell', name)}, 0) = coalesce(${sql.id('expected', name)}, 0)`,
      ),
      ...HISTOGRAM_COLUMNS.map((name) => sql`${sql.id('cell', name)} is not distinct from ${sql.id('expected', name)}`),
    ],
    sql` and `,
  );
  const inRange = sql`cell.project_id = ${projectId} and cell.bucket >= ${from} and cell.bucket < ${to}`;
  const result = await sql`
    with expected as materialized (${cellsOfRecords(projectId, { from, to })}
    ), gone as (
      delete from usage_15m as cell
      where ${inRange} and not exists (select from expected where ${sameKey})
      returning bucket
    ), written as (
      insert into usage_15m (project_id, bucket, ${list(KEY_COLUMNS)}, ${list(VALUE_COLUMNS)})
      select ${projectId}, bucket, ${list(KEY_COLUMNS)}, ${list(VALUE_COLUMNS)}
      from expected
      where not exists (select from usage_15m as cell where ${inRange} and ${sameKey} and ${sameValues})
      order by bucket, ${list(KEY_COLUMNS)}
      on conflict (project_id, bucket, ${list(KEY_COLUMNS)}) do update
        set ${sql.join(VALUE_COLUMNS.map((name) => sql`${sql.id(name)} = ${sql.id('excluded', name)}`))}
      returning bucket
    )
    insert into usage_touched (project_id, bucket)
    select distinct ${projectId}::integer, bucket
    from (select bucket from gone union all select bucket from written) as changed`.execute(tx);
  await recomputeSpendOfProject(tx, projectId, { start: from, end: to });
  return Number(result.numAffectedRows ?? 0n);
}

/** As `limitFeatures` says it. */
const rollupFeature = sql`case
  when exists (select from usage_features f
    where (f.project_id, f.day, f.feature) = (r.project_id, (r.ts at time zone 'UTC')::date, ${OTHER_FEATURES}))
    and not exists (select from usage_features f
    where (f.project_id, f.day, f.feature) = (r.project_id, (r.ts at time zone 'UTC')::date, r.feature))
  then case when r.feature is null then '' else ${OTHER_FEATURES} end
  else coalesce(r.feature, '') end`;

/** The cells as `foldRollup` makes them in Node. */
const cellsOfRecords = (projectId: number, { from, to }: Period) => sql`
  select date_bin('15 minutes', ts, '2000-01-01T00:00:00Z') as bucket, coalesce(key_id, 0) as key_id, provider, model,
    ${rollupFeature} as feature, coalesce(environment, '') as environment, coalesce(service_tier, '') as service_tier,
    status, count(*) as calls,
    count(*) filter (where cost_status = 'unpriced') as unpriced_calls,
    count(*) filter (where cost_status = 'unreadable') as unreadable_calls,
    count(*) filter (where approximate is not null) as approximate_calls,
    coalesce(sum(total_pico_usd), 0) as total_pico_usd,
    ${sql.join(CLASS_SUM_COLUMNS.map((name) => sql`sum(${sql.id(name)}) as ${sql.id(name)}`))},
    ${histogram('latency_ms')} as latency_histogram,
    ${histogram('time_to_first_token_ms')} as time_to_first_token_histogram
  from usage_calls r
  where project_id = ${projectId} and ts >= ${from} and ts < ${to} and duplicate_of is null
  group by 1, 2, 3, 4, 5, 6, 7, 8`;

const histogram = (column: string): RawBuilder<unknown> => sql`histogram_merged(
  array_agg((histogram_bucket(${sql.id(column)}) << 24) + 1) filter (where ${sql.id(column)} is not null))`;
