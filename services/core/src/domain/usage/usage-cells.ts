import { type RawBuilder, sql } from 'kysely';
import type { Dimension, Metric, MetricValues } from '../../contract/analytics.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { TOKEN_COLUMNS, type TokenColumn } from '../../db/columns.ts';
import { ROLLUP_BUCKET_MS } from './fold-rollup.ts';

/** Which records a query is about. An empty list of values filters nothing; `''` is "without one". */
export interface UsageFilter {
  /** Never empty: the projects of the organization, or those of them that were asked for. */
  projectIds: readonly number[];
  environment?: readonly string[];
  provider?: readonly string[];
  model?: readonly string[];
  feature?: readonly string[];
  status?: readonly string[];
}

export interface Period {
  /** Inclusive. */
  from: Date;
  /** Exclusive. */
  to: Date;
}

/** Where each dimension stands in the cells. Keys of objects, so that nothing of a request becomes SQL. */
const DIMENSION_SQL: Record<Dimension, RawBuilder<string>> = {
  provider: sql`provider`,
  model: sql`model`,
  feature: sql`feature`,
  environment: sql`environment`,
  project: sql`project_id::text`,
  key: sql`key_id::text`,
  serviceTier: sql`service_tier`,
  status: sql`status::text`,
};

export const dimensionSql = (dimension: Dimension) => DIMENSION_SQL[dimension];

const sumOf = (columns: readonly string[]) =>
  sql`coalesce(sum(${sql.join(
    columns.map((column) => sql`coalesce(${sql.id(column)}, 0)`),
    sql` + `,
  )}), 0)`;

const tokensOf = (...columns: TokenColumn[]) => sumOf(columns.map((column) => `${column}_tokens`));

const METRIC_SQL: Record<Metric, RawBuilder<unknown>> = {
  cost: sumOf(['total_pico_usd']),
  calls: sumOf(['calls']),
  errors: sql`coalesce(sum(calls) filter (where status = 'error'), 0)`,
  tokens: tokensOf(...TOKEN_COLUMNS),
  inputTokens: tokensOf('input', 'input_audio', 'input_image', 'input_video'),
  cacheReadTokens: tokensOf('cache_read', 'cache_read_audio', 'cache_read_image'),
  cacheWriteTokens: tokensOf('cache_write_5m', 'cache_write_1h', 'cache_write_audio'),
  outputTokens: tokensOf('output', 'output_audio', 'output_image', 'output_video'),
  reasoningTokens: tokensOf('reasoning'),
  pricedCalls: sql`coalesce(sum(calls - unpriced_calls - unreadable_calls), 0)`,
  unpricedCalls: sumOf(['unpriced_calls']),
  unreadableCalls: sumOf(['unreadable_calls']),
};

/** `sum(…) as "m:cost", …` */
export const metricColumns = (metrics: readonly Metric[]) =>
  sql.join(metrics.map((metric) => sql`${METRIC_SQL[metric]} as ${sql.id(`m:${metric}`)}`));

/** Sums of rows that `metricColumns` selected, under the same names. */
export function sumColumns(metrics: readonly Metric[]) {
  const name = (metric: Metric | undefined) => sql.id(`m:${metric}`);
  const summed = (column: RawBuilder<unknown>, metric: Metric) =>
    sql`coalesce(sum(${column}), 0)::numeric as ${name(metric)}`;
  return {
    of: (metric: Metric | undefined) => sql`sum(${name(metric)})`,
    all: sql.join(metrics.map((metric) => summed(name(metric), metric))),
    allOf: (table: string) => sql.join(metrics.map((metric) => summed(sql.id(table, `m:${metric}`), metric))),
    names: sql.join(metrics.map(name)),
  };
}

/** The metrics in a row that was selected with `metricColumns`. */
export function readMetrics(row: Record<string, unknown> | undefined, metrics: readonly Metric[]): MetricValues {
  return Object.fromEntries(
    metrics.map((metric) => {
      const value = (row?.[`m:${metric}`] ?? 0n) as bigint;
      return [metric, metric === 'cost' ? formatPicoUsd(value) : Number(value)];
    }),
  );
}

/**
 * The cells of a period, to be put behind `from`: those of the rollup that lie wholly inside, and at the period's ragged
 * edges the records themselves, so that any period is exact. Columns are those of `usage_15m`.
 */
export function usageCells(period: Period, filter: UsageFilter): RawBuilder<unknown> {
  const inner = {
    from: new Date(Math.ceil(period.from.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS),
    to: new Date(Math.floor(period.to.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS),
  };
  if (inner.from >= inner.to) return sql`(${recordCells(period, filter)}) as cells`;
  const parts = [rollupCells(inner, filter)];
  if (period.from < inner.from) parts.push(recordCells({ from: period.from, to: inner.from }, filter));
  if (inner.to < period.to) parts.push(recordCells({ from: inner.to, to: period.to }, filter));
  return sql`(${sql.join(parts, sql` union all `)}) as cells`;
}

const tokenColumns = sql.join(TOKEN_COLUMNS.map((column) => sql.id(`${column}_tokens`)));

const rollupCells = (period: Period, filter: UsageFilter) => sql`
  select project_id, bucket, key_id, provider, model, feature, environment, service_tier, status,
    calls, unpriced_calls, unreadable_calls, total_pico_usd, ${tokenColumns}
  from usage_15m
  where bucket >= ${period.from} and bucket < ${period.to} and ${conditions(filter)}`;

const recordCells = (period: Period, filter: UsageFilter) => sql`
  select project_id, ts as bucket, coalesce(key_id, 0) as key_id, provider, model, coalesce(feature, '') as feature,
    coalesce(environment, '') as environment, coalesce(service_tier, '') as service_tier, status,
    1::bigint as calls, (cost_status = 'unpriced')::integer::bigint as unpriced_calls,
    (cost_status = 'unreadable')::integer::bigint as unreadable_calls, total_pico_usd::numeric, ${tokenColumns}
  from usage_records
  where ts >= ${period.from} and ts < ${period.to} and duplicate_of is null and ${conditions(filter)}`;

/** The filter as SQL over the columns of either table. */
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
      ...(filter.status && filter.status.length > 0 ? [sql`status = any(${[...filter.status]}::call_status[])`] : []),
    ],
    sql` and `,
  );
}
