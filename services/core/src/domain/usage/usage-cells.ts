import { type RawBuilder, sql } from 'kysely';
import type { Dimension } from '../../contract/analytics.ts';
import type { Source } from './plan-sources.ts';
import type { Day } from './time-buckets.ts';

type Table = Source['table'];

/** Which records a query is about. An empty list of values filters nothing; `''` is "without one". */
export interface UsageFilter {
  /** Never empty: the projects of the organization, or those of them that were asked for. */
  projectIds: readonly number[];
  environment?: readonly string[];
  provider?: readonly string[];
  model?: readonly string[];
  feature?: readonly string[];
  status?: readonly string[];
  user?: readonly string[];
  customer?: readonly string[];
}

/** Filters by what only records carry. */
export const filtersCarried = ({ user, customer }: UsageFilter): boolean =>
  (user?.length ?? 0) + (customer?.length ?? 0) > 0;

/** What the daily rollup by value has besides its value. */
const CARRIED_DIMENSIONS: readonly Dimension[] = ['project', 'environment'];

/** The kind of a dimension that only records carry, as `usage_daily_values` names it. */
export const carriedKind = (dimension: Dimension): string | undefined =>
  dimension === 'user' || dimension === 'customer' || dimension.startsWith('tag:') ? dimension : undefined;

/** Whether the daily rollup by value can answer: for one kind of value, and nothing that it does not have. */
export const isCarriedEnough = (dimensions: readonly Dimension[], filter: UsageFilter): boolean =>
  dimensions.every((dimension) => carriedKind(dimension) || CARRIED_DIMENSIONS.includes(dimension)) &&
  dimensions.filter(carriedKind).length <= 1 &&
  [filter.provider, filter.model, filter.feature, filter.status, filter.user, filter.customer].every(
    (values) => !values || values.length === 0,
  );

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
      const kinds = kind?.startsWith('tag:') ? [kind, 'user'] : [kind];
      return sql`from usage_daily_values cross join lateral ${carriedValues(kind)} as carried
        where calendar_version = ${calendarVersion} and day = any(${starts}::timestamptz[])
        and kind = any(${kinds}::text[]) and ${conditions({ projectIds: filter.projectIds, environment: filter.environment ?? [] })}`;
    }
    case 'fine':
      return sql`from usage_15m where bucket >= ${from} and bucket < ${to} and ${conditions(filter)}`;
    case 'records':
      return sql`from usage_records where ts >= ${from} and ts < ${to} and duplicate_of is null and ${conditions(filter)}`;
  }
}

/**
 * What a row stands for, and with which sign. A tag's rows know nothing of the calls without it: these are all calls,
 * which the users' rows add up to, less those that have it.
 */
const carriedValues = (kind: string | undefined) =>
  kind?.startsWith('tag:')
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

/** The filter as SQL over the columns of a table that has those that are filtered by. */
export function conditions(filter: UsageFilter): RawBuilder<unknown> {
  const list = (column: string, values: readonly string[] | undefined) =>
    values && values.length > 0 ? [sql`coalesce(${sql.id(column)}, '') = any(${[...values]}::text[])`] : [];
  return sql.join(
    [
      // With one project the index gives its records in order of time; an array of one would hide that.
      filter.projectIds.length === 1
        ? sql`project_id = ${filter.projectIds[0]}`
        : sql`project_id = any(${[...filter.projectIds]}::integer[])`,
      ...list('environment', filter.environment),
      ...list('provider', filter.provider),
      ...list('model', filter.model),
      ...list('feature', filter.feature),
      ...list('end_user', filter.user),
      ...list('customer', filter.customer),
      ...(filter.status && filter.status.length > 0 ? [sql`status = any(${[...filter.status]}::call_status[])`] : []),
    ],
    sql` and `,
  );
}
