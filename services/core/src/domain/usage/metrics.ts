import { type RawBuilder, sql } from 'kysely';
import type { Metric, MetricValues } from '../../contract/analytics.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Source } from './plan-sources.ts';
import { TOKEN_GROUPS, type TokenGroup } from './token-groups.ts';

type Table = Source['table'];

/** Metrics that add up: the whole is the sum of its parts, whatever the parts are. */
export type SumMetric = Exclude<Metric, PercentileMetric | DistinctMetric>;

/** Metrics that are read from histograms, by the histogram's column, the records' column and the share of calls. */
export const PERCENTILES = {
  latencyP50: { histogram: 'latency_histogram', column: 'latency_ms', share: 0.5 },
  latencyP95: { histogram: 'latency_histogram', column: 'latency_ms', share: 0.95 },
  timeToFirstTokenP50: { histogram: 'time_to_first_token_histogram', column: 'time_to_first_token_ms', share: 0.5 },
  timeToFirstTokenP95: { histogram: 'time_to_first_token_histogram', column: 'time_to_first_token_ms', share: 0.95 },
} as const satisfies Partial<Record<Metric, { histogram: string; column: string; share: number }>>;
export type PercentileMetric = keyof typeof PERCENTILES;

/** Metrics that count different values, by the kind of value in `usage_daily_values` and the records' column. */
export const DISTINCTS = {
  users: { kind: 'user', column: 'end_user' },
  customers: { kind: 'customer', column: 'customer' },
  sessions: { kind: 'session', column: 'session' },
} as const satisfies Partial<Record<Metric, { kind: string; column: string }>>;
export type DistinctMetric = keyof typeof DISTINCTS;

const isPercentile = (metric: Metric): metric is PercentileMetric => Object.hasOwn(PERCENTILES, metric);
const isDistinct = (metric: Metric): metric is DistinctMetric => Object.hasOwn(DISTINCTS, metric);

export const splitMetrics = (metrics: readonly Metric[]) => ({
  sums: metrics.filter((metric): metric is SumMetric => !isPercentile(metric) && !isDistinct(metric)),
  percentiles: metrics.filter(isPercentile),
  distincts: metrics.filter(isDistinct),
});

/** A metric as a column of one row of a table, not yet added up. */
type RowValue = (table: Table) => RawBuilder<unknown>;

/** What a record counts as is 1 or 0; the other tables have counted already. */
const counted =
  (name: string, ofRecord: RawBuilder<unknown>): RowValue =>
  (table) =>
    table === 'records' ? ofRecord : sql.id(name);

const tokens =
  (group: TokenGroup): RowValue =>
  (table) => {
    if (table === 'carried' || (table === 'daily' && group === 'total_tokens')) return sql.id(group);
    const columns = TOKEN_GROUPS[group].map((name) => sql`coalesce(${sql.id(`${name}_tokens`)}, 0)::bigint`);
    return sql`(${sql.join(columns, sql` + `)})`;
  };

const SUMS: Record<SumMetric, RowValue> = {
  cost: (table) => (table === 'records' ? sql`total_pico_usd::numeric` : sql`total_pico_usd`),
  calls: counted('calls', sql`1::bigint`),
  errors: (table) => {
    if (table === 'carried') return sql`errors`;
    return table === 'records'
      ? sql`(status = 'error')::integer::bigint`
      : sql`case when status = 'error' then calls else 0 end`;
  },
  tokens: tokens('total_tokens'),
  inputTokens: tokens('input_tokens'),
  cacheReadTokens: tokens('cache_read_tokens'),
  cacheWriteTokens: tokens('cache_write_tokens'),
  outputTokens: tokens('output_tokens'),
  reasoningTokens: tokens('reasoning_tokens'),
  pricedCalls: (table) =>
    table === 'records'
      ? sql`(cost_status = 'priced')::integer::bigint`
      : sql`(calls - unpriced_calls - unreadable_calls)`,
  unpricedCalls: counted('unpriced_calls', sql`(cost_status = 'unpriced')::integer::bigint`),
  unreadableCalls: counted('unreadable_calls', sql`(cost_status = 'unreadable')::integer::bigint`),
};

export const sumColumn = (metric: SumMetric) => `m:${metric}`;

/**
 * Each metric of a row, under its `sumColumn`. The cost is numeric, all else bigint, in every table: the branches of a
 * union agree, and sums of bigint are the cheaper ones.
 */
export const sumColumns = (table: Table, metrics: readonly SumMetric[]) =>
  metrics.map((metric) => {
    const value = SUMS[metric](table);
    return sql`${table === 'carried' ? sql`${value} * sign` : value} as ${sql.id(sumColumn(metric))}`;
  });

/** Sums by metric: pico-USD for the cost. */
export type Sums = Partial<Record<SumMetric, bigint>>;

export const readSums = (row: Record<string, unknown>, metrics: readonly SumMetric[]): Sums =>
  Object.fromEntries(metrics.map((metric) => [metric, (row[sumColumn(metric)] ?? 0n) as bigint]));

export const addSums = (parts: readonly (Sums | undefined)[], metrics: readonly SumMetric[]): Sums =>
  Object.fromEntries(metrics.map((metric) => [metric, parts.reduce((sum, part) => sum + (part?.[metric] ?? 0n), 0n)]));

/** Sums as the contract has them. */
export const sumValues = (sums: Sums | undefined, metrics: readonly SumMetric[]): MetricValues =>
  Object.fromEntries(
    metrics.map((metric) => {
      const value = sums?.[metric] ?? 0n;
      return [metric, metric === 'cost' ? formatPicoUsd(value) : Number(value)];
    }),
  );
