import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { readCalendars } from '../rollups/calendars.ts';
import type { Period } from './plan-sources.ts';

/** Dimensions that the sums by quarter of an hour have. */
const COLUMNS = {
  total: sql`''`,
  project: sql`project_id::text`,
  feature: sql`feature`,
  model: sql`model`,
  key: sql`key_id::text`,
} as const satisfies Record<string, RawBuilder<unknown>>;
export type HourlyDimension = keyof typeof COLUMNS;

/** What projects spent by UTC hour and by the values of a dimension, in pico-USD, and with how many calls; hours without anything are not there. */
export async function readSpendHours(
  db: Db,
  projectIds: readonly number[],
  { from, to }: Period,
  dimension: HourlyDimension,
  values?: readonly string[],
): Promise<{ value: string; hour: Date; picoUsd: number; calls: number }[]> {
  const column = COLUMNS[dimension];
  const { rows } = await sql<{ value: string; hour: Date; pico_usd: number; calls: number }>`
    select ${column} as value, date_bin('1 hour', bucket, '2000-01-01T00:00:00Z') as hour, sum(total_pico_usd)::float8 as pico_usd,
      sum(calls)::float8 as calls
    from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and bucket >= ${from} and bucket < ${to}
      and (${values === undefined}::boolean or ${column} = any(${[...(values ?? [])]}::text[]))
    group by 1, 2 order by 2, 1`.execute(db);
  return rows.map((row) => ({ value: row.value, hour: row.hour, picoUsd: row.pico_usd, calls: row.calls }));
}

/** What projects spent by local day, as far as days are derived: `YYYY-MM-DD` and pico-USD. */
export async function readSpendDays(
  db: Db,
  organizationId: number,
  projectIds: readonly number[],
  { from, to }: Period,
): Promise<{ date: string; value: number }[]> {
  const { active } = await readCalendars(db, organizationId);
  if (!active) return [];
  const { rows } = await sql<{ date: string; value: number }>`
    select to_char(day at time zone ${active.timeZone}, 'YYYY-MM-DD') as date, sum(total_pico_usd)::float8 as value
    from usage_daily
    where project_id = any(${[...projectIds]}::integer[]) and calendar_version = ${active.version}
      and day >= ${from} and day < ${to}
    group by day order by day`.execute(db);
  return rows;
}
