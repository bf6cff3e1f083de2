import { sql } from 'kysely';
import type { Snapshot } from '../../db/scope.ts';
import type { Calendar } from '../rollups/calendars.ts';
import type { DerivedDays, Period } from './plan-sources.ts';
import { wholeQuarters } from './plan-sources.ts';
import { localDays } from './time-buckets.ts';

const NONE: DerivedDays = { days: [], touched: new Set() };

/** The days of a period that a calendar cuts, and those among them that wait to be derived in any of the projects. */
export async function findDerivedDays(
  tx: Snapshot,
  calendar: Calendar | undefined,
  projectIds: readonly number[],
  period: Period,
): Promise<DerivedDays> {
  const quarters = wholeQuarters(period);
  if (!calendar || quarters.from >= quarters.to) return NONE;
  const days = localDays(quarters, calendar.timeZone).filter(
    ({ start, end }) => start >= quarters.from && end <= quarters.to,
  );
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return NONE;
  const { rows } = await sql<{ day: number }>`
    select distinct width_bucket(bucket, ${days.map(({ start }) => start.toISOString())}::timestamptz[]) - 1 as day
    from usage_touched
    where project_id = any(${[...projectIds]}::integer[]) and bucket >= ${first.start} and bucket < ${last.end}`.execute(
    tx,
  );
  return { days, touched: new Set(rows.map(({ day }) => day)) };
}
