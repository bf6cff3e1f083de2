import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../db/scope.ts';
import type { Day } from '../usage/time-buckets.ts';
import { TOKEN_GROUPS } from '../usage/token-groups.ts';
import { HISTOGRAM_COLUMNS, KEY_COLUMNS, SUM_COLUMNS } from './rollup-columns.ts';

const list = (names: readonly string[]) => sql.join(names.map((name) => sql.id(name)));
const each = (names: readonly string[], make: (name: RawBuilder<unknown>) => RawBuilder<unknown>) =>
  sql.join(names.map((name) => make(sql.id(name))));

export interface DayOfProject {
  projectId: number;
  calendarVersion: number;
  day: Day;
}

/**
 * Makes the daily rollups of one local day anew: from the fine rollup, which is kept as long as they are, and by value
 * from the records, as long as there are any. In a transaction with one snapshot, by whoever holds the project's lock.
 */
export async function deriveDay(tx: Tx, { projectId, calendarVersion, day }: DayOfProject): Promise<void> {
  await deleteDay(tx, { projectId, calendarVersion, day });
  await sql`
    insert into usage_daily (project_id, calendar_version, day, ${list(KEY_COLUMNS)}, ${list(SUM_COLUMNS)},
      ${list(HISTOGRAM_COLUMNS)})
    select ${projectId}, ${calendarVersion}, ${day.start}, ${list(KEY_COLUMNS)},
      ${each(SUM_COLUMNS, (name) => sql`sum(${name})`)}, ${each(HISTOGRAM_COLUMNS, (name) => sql`histogram_sum(${name})`)}
    from usage_15m
    where project_id = ${projectId} and bucket >= ${day.start} and bucket < ${day.end}
    group by ${list(KEY_COLUMNS)}`.execute(tx);
  await sql`
    insert into usage_daily_values (project_id, calendar_version, day, kind, value, environment, calls, errors,
      unpriced_calls, unreadable_calls, total_pico_usd, ${each(TOKEN_SUMS, (name) => name)})
    select ${projectId}, ${calendarVersion}, ${day.start}, kind, value, environment, sum(calls), sum(errors),
      sum(unpriced_calls), sum(unreadable_calls), sum(total_pico_usd), ${each(TOKEN_SUMS, (name) => sql`sum(${name})`)}
    from (${callsByCarried(projectId, day)}) as calls
    cross join lateral (
      select 'user' as kind, coalesce(end_user, '') as value
      union all select 'customer', coalesce(customer, '')
      union all select 'session', session where session is not null
      union all select 'tag:' || tag.key, tag.value from jsonb_each_text(tags) as tag
    ) as carried
    group by kind, value, environment`.execute(tx);
}

async function deleteDay(tx: Tx, { projectId, calendarVersion, day }: DayOfProject): Promise<void> {
  for (const table of ['usage_daily', 'usage_daily_values']) {
    await sql`
      delete from ${sql.id(table)}
      where project_id = ${projectId} and calendar_version = ${calendarVersion}
        and day >= ${day.start} and day < ${day.end}`.execute(tx);
  }
}

const TOKEN_SUMS = Object.keys(TOKEN_GROUPS);

/** The records of a day, those that carry the same things added up first, so that each is spread over its kinds once. */
const callsByCarried = (projectId: number, day: Day) => sql`
  select end_user, customer, session, tags, coalesce(environment, '') as environment, count(*) as calls,
    count(*) filter (where status = 'error') as errors,
    count(*) filter (where cost_status = 'unpriced') as unpriced_calls,
    count(*) filter (where cost_status = 'unreadable') as unreadable_calls,
    coalesce(sum(total_pico_usd), 0) as total_pico_usd,
    ${sql.join(
      Object.entries(TOKEN_GROUPS).map(
        ([name, columns]) =>
          sql`${sql.join(
            columns.map((column) => sql`coalesce(sum(${sql.id(`${column}_tokens`)}), 0)`),
            sql` + `,
          )} as ${sql.id(name)}`,
      ),
    )}
  from usage_calls
  where project_id = ${projectId} and ts >= ${day.start} and ts < ${day.end} and duplicate_of is null
  group by end_user, customer, session, tags, environment`;
