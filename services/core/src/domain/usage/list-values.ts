import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Dimension, ValueList, ValuesQuery } from '../../contract/analytics.ts';
import type { Snapshot } from '../../db/scope.ts';
import { readCalendars } from '../rollups/calendars.ts';
import { chooseCells } from './choose-cells.ts';
import { chooseProjects } from './choose-projects.ts';
import { groupLabels } from './group-labels.ts';
import { sumColumn, sumColumns } from './metrics.ts';
import { readPeriod } from './read-period.ts';
import { usageCells } from './usage-cells.ts';
import { type UsageFilter, usageFilter } from './usage-filter.ts';

const DEFAULT_DAYS = 30;

/** More names of projects or keys than that are not searched. */
const MAX_NAMED = 5_000;

interface Wanted {
  filter: UsageFilter;
  period: { from: Date; to: Date };
  /** Part of the value; `''` is part of every one. */
  search: string;
  limit: number;
}

/**
 * The values of a dimension that were used in a period, the most used first: what a filter can be set to. From the
 * rollups, and from the records only for what is not derived yet.
 */
export async function listValues(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  input: ValuesQuery & { now: Date },
): Promise<ValueList> {
  const { now, limit = 50, search = '' } = input;
  const to = input.to ?? now.toISOString();
  const from = input.from ?? new Date(Date.parse(to) - DEFAULT_DAYS * DAY).toISOString();
  const filter = usageFilter(
    { environment: input.environment },
    await chooseProjects(tx, organization.id, input.projectId),
  );
  const wanted = { filter, period: readPeriod({ from, to }), search, limit: limit + 1 };
  if (filter.projectIds.length === 0) return { values: [], more: false };
  const values =
    input.dimension === 'tag'
      ? await readTagKeys(tx, organization, wanted)
      : await readValues(tx, organization, input.dimension as Dimension, wanted);
  return { values: values.slice(0, limit), more: values.length > limit };
}

type Values = ValueList['values'];

const cellsOf = async (
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  dimension: Dimension,
  wanted: Wanted,
) =>
  chooseCells(tx, {
    period: wanted.period,
    filter: wanted.filter,
    dimensions: [dimension],
    timeZone: organization.timeZone,
    bucket: undefined,
    calendar: (await readCalendars(tx, organization.id)).active,
    metrics: ['calls'],
  });

async function readValues(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  dimension: Dimension,
  { search, limit, ...wanted }: Wanted,
): Promise<Values> {
  // People look for the names of projects and keys, the rollups have their ids.
  const named = dimension === 'project' || dimension === 'key';
  const { sums } = await cellsOf(tx, organization, dimension, { search, limit, ...wanted });
  const cells = usageCells({ ...sums, columns: (table) => sumColumns(table, ['calls']) });
  const { rows } = await sql<{ value: string; calls: bigint }>`
    select d0 as value, sum(${sql.id(sumColumn('calls'))})::numeric as calls
    from ${cells}
    where ${named || search === '' ? sql`true` : contains(sql`d0`, search)}
    group by d0
    having sum(${sql.id(sumColumn('calls'))}) > 0
    order by calls desc, value
    limit ${named ? MAX_NAMED : limit}`.execute(tx);
  const keys = rows.map(({ value }) => [value]);
  const labels = await groupLabels(tx, organization.id, [dimension], keys);
  return rows
    .map(({ value, calls }, i) => ({ value, label: labels[i]?.[0] ?? value, calls: Number(calls) }))
    .filter(({ label }) => !named || label.toLowerCase().includes(search.toLowerCase()))
    .slice(0, limit);
}

/** Literally, upper and lower case the same. */
const contains = (value: ReturnType<typeof sql>, search: string) =>
  sql`position(lower(${search}) in lower(${value})) > 0`;

/** Which tags there are, by the number of calls that have them. */
async function readTagKeys(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  { search, limit, ...wanted }: Wanted,
): Promise<Values> {
  // The days and records that the users' values are read from are those that all values of the period are read from.
  const { sums } = await cellsOf(tx, organization, 'user', { search, limit, ...wanted });
  const { environment, projectIds } = wanted.filter;
  const scope = sql`project_id = any(${[...projectIds]}::integer[])
    ${environment?.length ? sql`and coalesce(environment, '') = any(${[...environment]}::text[])` : sql``}`;
  const parts = sums.sources.map(({ table, from, to }) =>
    table === 'carried'
      ? sql`select substr(kind, 5) as key, calls from usage_daily_values
          where calendar_version = ${sums.calendarVersion} and day >= ${from} and day < ${to} and kind like 'tag:%' and ${scope}`
      : sql`select jsonb_object_keys(tags) as key, 1 as calls from usage_calls
          where ts >= ${from} and ts < ${to} and tags is not null and duplicate_of is null and ${scope}`,
  );
  const { rows } = await sql<{ value: string; calls: bigint }>`
    select key as value, sum(calls)::numeric as calls
    from (${sql.join(parts, sql` union all `)}) as keys
    where ${search === '' ? sql`true` : contains(sql`key`, search)}
    group by key order by calls desc, value limit ${limit}`.execute(tx);
  return rows.map(({ value, calls }) => ({ value, label: value, calls: Number(calls) }));
}
