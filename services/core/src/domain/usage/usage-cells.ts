import { type RawBuilder, sql } from 'kysely';
import type { Dimension } from '../../contract/analytics.ts';
import type { Source } from './plan-sources.ts';
import type { Day } from './time-buckets.ts';
import { conditions, filtersPlaces, type UsageFilter } from './usage-filter.ts';

type Table = Source['table'];

/** What the daily rollup by value has besides its value. */
const CARRIED_DIMENSIONS: readonly Dimension[] = ['project', 'environment'];

/** The kind of a dimension that is summed by value, as `usage_daily_values` names it. */
export const carriedKind = (dimension: Dimension): string | undefined =>
  dimension === 'user' || dimension === 'customer' || dimension === 'session' || dimension.startsWith('tag:')
    ? dimension
    : undefined;

/** Whether no rollup has the dimension. */
export const isInRecordsOnly = (dimension: Dimension): boolean =>
  carriedKind(dimension) === undefined && !Object.hasOwn(ROLLUP_DIMENSIONS, dimension);

/** Whether the daily rollup by value can answer: for one kind of value, and nothing that it does not have. */
export const isCarriedEnough = (dimensions: readonly Dimension[], filter: UsageFilter): boolean =>
  dimensions.every((dimension) => carriedKind(dimension) || CARRIED_DIMENSIONS.includes(dimension)) &&
  dimensions.filter(carriedKind).length <= 1 &&
  filtersPlaces(filter);

export interface CellsInput {
  sources: readonly Source[];
  /** Of the daily rollups. */
  calendarVersion: number | undefined;
  days: readonly Day[];
  filter: UsageFilter;
  dimensions: readonly Dimension[];
  /** The kind of value that is read from `usage_daily_values`. */
  kind: string | undefined;
  /** What is selected besides the dimensions and the bucket: the same names and types for each table. */
  columns: (table: Table) => RawBuilder<unknown>[];
}

/**
 * The cells of a period, to be put behind `from`: `d0`, `d1`, … for the dimensions, `bucket` for when it was or began,
 * and the columns asked for.
 */
export function usageCells(input: CellsInput): RawBuilder<unknown> {
  const parts = input.sources.map((source) => {
    const columns = [
      ...input.dimensions.map((dimension, i) => sql`${dimensionSql(dimension, source.table)} as ${sql.id(`d${i}`)}`),
      sql`${TIME[source.table]} as bucket`,
      ...input.columns(source.table),
    ];
    return sql`select ${sql.join(columns)} ${fromSource(source, input)}`;
  });
  return sql`(${sql.join(parts, sql` union all `)}) as cells`;
}

const TIME: Record<Table, RawBuilder<Date>> = {
  daily: sql`day`,
  carried: sql`day`,
  fine: sql`bucket`,
  records: sql`ts`,
};

function fromSource({ table, from, to }: Source, input: CellsInput): RawBuilder<unknown> {
  const { filter, calendarVersion, kind } = input;
  switch (table) {
    case 'daily':
      return sql`from usage_daily where calendar_version = ${calendarVersion} and day >= ${from} and day < ${to}
        and ${conditions(filter)}`;
    case 'carried': {
      // Days one by one, so that the index leads to each day's values of the kind.
      const starts = input.days
        .filter(({ start }) => start >= from && start < to)
        .map(({ start }) => start.toISOString());
      const lacking = isLacking(kind) && input.dimensions.some((dimension) => carriedKind(dimension) === kind);
      const kinds = lacking ? [kind, 'user'] : [kind];
      return sql`from usage_daily_values cross join lateral ${carriedValues(kind, lacking)} as carried
        where calendar_version = ${calendarVersion} and day = any(${starts}::timestamptz[])
        and kind = any(${kinds}::text[]) and ${conditions({ projectIds: filter.projectIds, environment: filter.environment ?? [] })}`;
    }
    case 'fine':
      return sql`from usage_15m where bucket >= ${from} and bucket < ${to} and ${conditions(filter)}`;
    case 'records':
      return sql`from usage_calls where ts >= ${from} and ts < ${to} and duplicate_of is null and ${conditions(filter)}`;
  }
}

/** The rows of tags and sessions know nothing of the calls without one. */
const isLacking = (kind: string | undefined): boolean => kind === 'session' || kind?.startsWith('tag:') === true;

/**
 * What a row stands for, and with which sign. The calls that a tag's or session's rows lack are all calls, which the users'
 * rows add up to, less those that have it.
 */
const carriedValues = (kind: string | undefined, lacking: boolean) =>
  lacking
    ? sql`(
        select value as carried, 1 as sign where kind = ${kind}
        union all select '', case when kind = ${kind} then -1 else 1 end)`
    : sql`(select value as carried, 1 as sign)`;

/** Where each dimension stands. Keys of objects, so that nothing of a request becomes SQL; a tag's key is a parameter. */
const ROLLUP_DIMENSIONS: Partial<Record<Dimension, RawBuilder<string>>> = {
  provider: sql`provider`,
  model: sql`model`,
  feature: sql`feature`,
  environment: sql`environment`,
  project: sql`project_id::text`,
  key: sql`key_id::text`,
  serviceTier: sql`service_tier`,
  status: sql`status::text`,
};

const RECORD_DIMENSIONS: Partial<Record<Dimension, RawBuilder<string>>> = {
  ...ROLLUP_DIMENSIONS,
  feature: sql`coalesce(feature, '')`,
  environment: sql`coalesce(environment, '')`,
  key: sql`coalesce(key_id, 0)::text`,
  serviceTier: sql`coalesce(service_tier, '')`,
  user: sql`coalesce(end_user, '')`,
  customer: sql`coalesce(customer, '')`,
  session: sql`coalesce(session, '')`,
  source: sql`source`,
  errorType: sql`coalesce(error_type, '')`,
  reasoningEffort: sql`coalesce(reasoning_effort, '')`,
};

function dimensionSql(dimension: Dimension, table: Table): RawBuilder<unknown> {
  if (table === 'carried' && carriedKind(dimension)) return sql`carried.carried`;
  if (table === 'records' && dimension.startsWith('tag:')) {
    return sql`coalesce(tags ->> ${dimension.slice('tag:'.length)}::text, '')`;
  }
  const found = (table === 'records' ? RECORD_DIMENSIONS : ROLLUP_DIMENSIONS)[dimension];
  if (!found) throw new Error(`${table} has no dimension ${dimension}`);
  return found;
}
