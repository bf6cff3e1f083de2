import { type RawBuilder, sql } from 'kysely';

/** Which records a query is about. An empty list of values filters nothing; `''` is "without one". */
export interface UsageFilter {
  /** Never empty: the projects of the organization, or those of them that were asked for. */
  projectIds: readonly number[];
  environment?: readonly string[] | undefined;
  provider?: readonly string[] | undefined;
  model?: readonly string[] | undefined;
  feature?: readonly string[] | undefined;
  status?: readonly string[] | undefined;
  /** Ids; 0 is "without one". */
  key?: readonly number[] | undefined;
  serviceTier?: readonly string[] | undefined;
  user?: readonly string[] | undefined;
  customer?: readonly string[] | undefined;
  session?: readonly string[] | undefined;
  source?: readonly string[] | undefined;
  errorType?: readonly string[] | undefined;
  reasoningEffort?: readonly string[] | undefined;
  costStatus?: readonly string[] | undefined;
  /** `key=value` */
  tag?: readonly string[] | undefined;
}

/** What every rollup has, what all but the daily one by value have, and what only records have. */
const IN_ROLLUPS = ['provider', 'model', 'feature', 'status', 'key', 'serviceTier'] as const;
const IN_RECORDS = [
  'user',
  'customer',
  'session',
  'source',
  'errorType',
  'reasoningEffort',
  'costStatus',
  'tag',
] as const;

/** The filter of a request, for the projects that it is about. */
export function usageFilter(query: Omit<UsageFilter, 'projectIds'>, projectIds: readonly number[]): UsageFilter {
  const filter: UsageFilter = { projectIds, environment: query.environment };
  for (const name of [...IN_ROLLUPS, ...IN_RECORDS]) Object.assign(filter, { [name]: query[name] });
  return filter;
}

const isSet = (filter: UsageFilter, name: keyof UsageFilter) => (filter[name]?.length ?? 0) > 0;

/** Filters by what only records carry. */
export const filtersCarried = (filter: UsageFilter): boolean => IN_RECORDS.some((name) => isSet(filter, name));

/** Filters by nothing but the project and the environment. */
export const filtersPlaces = (filter: UsageFilter): boolean =>
  !filtersCarried(filter) && !IN_ROLLUPS.some((name) => isSet(filter, name));

/** The filter as SQL over the columns of a table that has those that are filtered by. */
export function conditions(filter: UsageFilter): RawBuilder<unknown> {
  const list = (column: string, values: readonly string[] | undefined) =>
    values && values.length > 0 ? [sql`coalesce(${sql.id(column)}, '') = any(${[...values]}::text[])`] : [];
  const named = (column: string, type: string, values: readonly (string | number)[] | undefined) =>
    values && values.length > 0 ? [sql`${sql.id(column)} = any(${[...values]}::${sql.raw(type)}[])`] : [];
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
      ...named('status', 'call_status', filter.status),
      ...(isSet(filter, 'key') ? [sql`coalesce(key_id, 0) = any(${[...(filter.key ?? [])]}::integer[])`] : []),
      ...list('service_tier', filter.serviceTier),
      ...list('end_user', filter.user),
      ...list('customer', filter.customer),
      ...list('session', filter.session),
      ...list('source', filter.source),
      ...list('error_type', filter.errorType),
      ...list('reasoning_effort', filter.reasoningEffort),
      ...named('cost_status', 'cost_status', filter.costStatus),
      ...[...tagValues(filter.tag ?? [])].map(
        ([key, values]) => sql`coalesce(tags ->> ${key}::text, '') = any(${values}::text[])`,
      ),
    ],
    sql` and `,
  );
}

/** By key; the text up to the first `=` is the key. */
function tagValues(tags: readonly string[]): Map<string, string[]> {
  const byKey = new Map<string, string[]>();
  for (const tag of tags) {
    const at = tag.indexOf('=');
    const key = tag.slice(0, at);
    byKey.set(key, [...(byKey.get(key) ?? []), tag.slice(at + 1)]);
  }
  return byKey;
}
