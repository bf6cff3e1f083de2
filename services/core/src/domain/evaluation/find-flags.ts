import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import { flagHours, flagPerson, leastExcess } from '../anomalies/flag-values.ts';
import type { Flag } from '../anomalies/group-incidents.ts';
import { HISTORY_HOURS } from '../anomalies/judge.ts';
import { readCalendars } from '../rollups/calendars.ts';
import { type HourlyDimension, readSpendHours } from '../usage/read-hours.ts';
import type { WatchedOrganization } from './organizations.ts';
import { WINDOW_HOURS } from './window-cells.ts';

const DIMENSIONS: readonly HourlyDimension[] = ['total', 'project', 'feature', 'model', 'key'];

/** Every value that is out of line in the window that ends, by the dimensions of the sums and by users and customers. */
export async function findFlags(
  db: Db,
  organization: WatchedOrganization,
  until: Date,
  minimumPicoUsd: number,
): Promise<Flag[]> {
  const from = new Date(until.getTime() - WINDOW_HOURS * HOUR);
  const history = { from: new Date(from.getTime() - HISTORY_HOURS * HOUR), to: until };
  const all = await readSeries(db, organization, history, 'total');
  const total = all.get('');
  if (!total) return [];
  const minimum = leastExcess(total.spend, minimumPicoUsd);
  const flags: Flag[] = [];
  for (const dimension of DIMENSIONS) {
    const candidates = await candidatesOf(db, organization, { from, to: until }, dimension, minimum);
    if (candidates.length === 0) continue;
    const series = await readSeries(db, organization, history, dimension, candidates);
    for (const [value, { spend, calls }] of series) {
      if (dimension === 'key' && value === '0') continue;
      const flag = flagHours({ dimension, value, spend, calls }, WINDOW_HOURS, minimum);
      if (flag) flags.push(flag);
    }
  }
  return [...flags, ...(await findPeople(db, organization, { from, to: until }, minimum))];
}

interface Series {
  spend: number[];
  calls: number[];
}

async function candidatesOf(
  db: Db,
  { projectIds }: WatchedOrganization,
  window: { from: Date; to: Date },
  dimension: HourlyDimension,
  minimum: number,
): Promise<string[]> {
  const sums = new Map<string, number>();
  for (const { value, picoUsd } of await readSpendHours(db, projectIds, window, dimension)) {
    sums.set(value, (sums.get(value) ?? 0) + picoUsd);
  }
  return [...sums].flatMap(([value, amount]) => (amount >= minimum ? [value] : []));
}

/** By value each hour, without gaps. */
async function readSeries(
  db: Db,
  { projectIds }: WatchedOrganization,
  period: { from: Date; to: Date },
  dimension: HourlyDimension,
  values?: readonly string[],
): Promise<Map<string, Series>> {
  const length = (period.to.getTime() - period.from.getTime()) / HOUR;
  const empty = (): number[] => new Array<number>(length).fill(0);
  const series = new Map<string, Series>();
  for (const row of await readSpendHours(db, projectIds, period, dimension, values)) {
    const own = series.get(row.value) ?? { spend: empty(), calls: empty() };
    const place = (row.hour.getTime() - period.from.getTime()) / HOUR;
    own.spend[place] = row.picoUsd;
    own.calls[place] = row.calls;
    series.set(row.value, own);
  }
  return series;
}

/** Users and customers come and go in bursts, and have no hours of their own: against whole days, their own and everybody's. */
async function findPeople(
  db: Db,
  { id, projectIds }: WatchedOrganization,
  { from, to }: { from: Date; to: Date },
  minimum: number,
): Promise<Flag[]> {
  const { active } = await readCalendars(db, id);
  if (!active) return [];
  const flags: Flag[] = [];
  for (const [dimension, column] of [
    ['user', sql`end_user`],
    ['customer', sql`customer`],
  ] as const) {
    const since = new Date(from.getTime() - HISTORY_HOURS * HOUR);
    const { rows } = await sql<{ value: string; current: number; days: number[]; others: number[]; known: number }>`
      with spending as (
        select ${column} as value, sum(total_pico_usd)::float8 as current from usage_calls
        where project_id = any(${[...projectIds]}::integer[]) and ts >= ${from} and ts < ${to} and duplicate_of is null
          and ${column} is not null
        group by 1 having sum(total_pico_usd) >= ${minimum}::numeric
      ), days as materialized (
        select value, day, sum(total_pico_usd)::float8 as spent from usage_daily_values
        where project_id = any(${[...projectIds]}::integer[]) and calendar_version = ${active.version} and kind = ${dimension}
          and value <> '' and day >= ${since} and day < ${new Date(from.getTime() - DAY)}
        group by 1, 2
      )
      select value, current, array(select spent from days where days.value = spending.value order by spent desc) as days,
        array(select spent from days order by spent desc limit 10) as others,
        (select count(distinct day) from days)::integer as known
      from spending where exists (select from days)`.execute(db);
    for (const row of rows) {
      const { value, current, days, others, known: knownDays } = row;
      const flag = flagPerson({ dimension, value, current, days, others, knownDays }, minimum);
      if (flag) flags.push(flag);
    }
  }
  return flags;
}
