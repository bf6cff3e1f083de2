import { type RawBuilder, sql } from 'kysely';
import type { Metric, MetricValues } from '../../contract/analytics.ts';
import { divideHalfEven } from '../../cost/decimal.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { CostColumn, TokenColumn } from '../../db/columns.ts';
import type { Source } from './plan-sources.ts';
import { TOKEN_GROUPS, type TokenGroup } from './token-groups.ts';

type Table = Source['table'];

/** Metrics that add up: the whole is the sum of its parts, whatever the parts are. */
export type SumMetric = Exclude<Metric, PercentileMetric | DistinctMetric | DerivedMetric>;

/** Metrics that are read from histograms, by the histogram's column, the records' column and the share of calls. */
export const PERCENTILES = {
  latencyP50: { histogram: 'latency_histogram', column: 'latency_ms', share: 0.5 },
  latencyP95: { histogram: 'latency_histogram', column: 'latency_ms', share: 0.95 },
  latencyP99: { histogram: 'latency_histogram', column: 'latency_ms', share: 0.99 },
  timeToFirstTokenP50: { histogram: 'time_to_first_token_histogram', column: 'time_to_first_token_ms', share: 0.5 },
  timeToFirstTokenP95: { histogram: 'time_to_first_token_histogram', column: 'time_to_first_token_ms', share: 0.95 },
  timeToFirstTokenP99: { histogram: 'time_to_first_token_histogram', column: 'time_to_first_token_ms', share: 0.99 },
} as const satisfies Partial<Record<Metric, { histogram: string; column: string; share: number }>>;
export type PercentileMetric = keyof typeof PERCENTILES;

/** Metrics that count different values, by the kind of value in `usage_daily_values` and the records' column. */
export const DISTINCTS = {
  users: { kind: 'user', column: 'end_user' },
  customers: { kind: 'customer', column: 'customer' },
  sessions: { kind: 'session', column: 'session' },
} as const satisfies Partial<Record<Metric, { kind: string; column: string }>>;
export type DistinctMetric = keyof typeof DISTINCTS;

/** Metrics that are worked out of sums: the parts do not add up, what they are made of does. */
type DerivedMetric = 'costPerCall' | 'costPerMillionTokens' | 'errorRate' | 'cacheHitRate';

const MILLION = 1_000_000n;

const DERIVED: Record<DerivedMetric, { of: readonly SumMetric[]; value: (sums: Sums) => number | string | null }> = {
  costPerCall: {
    of: ['cost', 'pricedCalls'],
    value: ({ cost = 0n, pricedCalls = 0n }) =>
      pricedCalls === 0n ? null : formatPicoUsd(divideHalfEven(cost, pricedCalls)),
  },
  costPerMillionTokens: {
    of: ['cost', 'tokens', 'pricedCalls'],
    value: ({ cost = 0n, tokens = 0n, pricedCalls = 0n }) =>
      tokens === 0n || pricedCalls === 0n ? null : formatPicoUsd(divideHalfEven(cost * MILLION, tokens)),
  },
  errorRate: { of: ['errors', 'calls'], value: ({ errors = 0n, calls = 0n }) => share(errors, calls) },
  cacheHitRate: {
    of: ['cacheReadTokens', 'inputTokens', 'cacheWriteTokens'],
    value: ({ cacheReadTokens = 0n, inputTokens = 0n, cacheWriteTokens = 0n }) =>
      share(cacheReadTokens, cacheReadTokens + inputTokens + cacheWriteTokens),
  },
};

const share = (part: bigint, whole: bigint) => (whole === 0n ? null : Number(part) / Number(whole));

const isPercentile = (metric: Metric): metric is PercentileMetric => Object.hasOwn(PERCENTILES, metric);
const isDistinct = (metric: Metric): metric is DistinctMetric => Object.hasOwn(DISTINCTS, metric);
const isDerived = (metric: Metric): metric is DerivedMetric => Object.hasOwn(DERIVED, metric);
const sumsOf = (metric: Metric): readonly SumMetric[] => {
  if (isDerived(metric)) return DERIVED[metric].of;
  return isPercentile(metric) || isDistinct(metric) ? [] : [metric];
};

/** `sums` are those that are asked for, and those that others are worked out of. */
export const splitMetrics = (metrics: readonly Metric[]) => ({
  sums: [...new Set(metrics.flatMap(sumsOf))],
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

const absentAsZero = (names: readonly string[], type: 'bigint' | 'numeric') =>
  sql`(${sql.join(
    names.map((name) => sql`coalesce(${sql.id(name)}, 0)::${sql.raw(type)}`),
    sql` + `,
  )})`;

const cost =
  (columns: readonly CostColumn[]): RowValue =>
  () =>
    absentAsZero(
      columns.map((name) => `${name}_pico_usd`),
      'numeric',
    );

/** What is cached, and the class of uncached tokens whose rate it would have had. */
const CACHED = [
  { base: 'input', read: ['cache_read'], written: ['cache_write_5m', 'cache_write_1h'] },
  { base: 'input_audio', read: ['cache_read_audio'], written: ['cache_write_audio'] },
  { base: 'input_image', read: ['cache_read_image'], written: [] },
] as const satisfies readonly { base: TokenColumn; read: TokenColumn[]; written: TokenColumn[] }[];

/** Tokens at the average rate of the row's uncached ones, less what they cost; 0 where that rate is not known. */
const atInputRate =
  (columnsOf: (cached: (typeof CACHED)[number]) => readonly TokenColumn[]): RowValue =>
  () =>
    sql`(${sql.join(
      CACHED.filter((cached) => columnsOf(cached).length > 0).map((cached) => {
        const [tokensOfBase, costOfBase] = [sql.id(`${cached.base}_tokens`), sql.id(`${cached.base}_pico_usd`)];
        const columns = columnsOf(cached);
        const count = absentAsZero(
          columns.map((name) => `${name}_tokens`),
          'numeric',
        );
        return sql`case when ${tokensOfBase} > 0 and ${costOfBase} is not null
          then round(${count} * ${costOfBase} / ${tokensOfBase}) - ${cost(columns)('fine')} else 0 end`;
      }),
      sql` + `,
    )})::numeric`;

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
  inputCost: cost(TOKEN_GROUPS.input_tokens),
  cacheReadCost: cost(TOKEN_GROUPS.cache_read_tokens),
  cacheWriteCost: cost(TOKEN_GROUPS.cache_write_tokens),
  outputCost: cost(TOKEN_GROUPS.output_tokens),
  reasoningCost: cost(TOKEN_GROUPS.reasoning_tokens),
  unitsCost: cost(['units']),
  toolsCost: cost(['tools']),
  cacheSavings: atInputRate(({ read, written }) => [...read, ...written]),
  cacheWritePremium: (table) => sql`(- ${atInputRate(({ written }) => written)(table)})`,
  pricedCalls: (table) =>
    table === 'records'
      ? sql`(cost_status = 'priced')::integer::bigint`
      : sql`(calls - unpriced_calls - unreadable_calls)`,
  unpricedCalls: counted('unpriced_calls', sql`(cost_status = 'unpriced')::integer::bigint`),
  unreadableCalls: counted('unreadable_calls', sql`(cost_status = 'unreadable')::integer::bigint`),
};

const MONEY: ReadonlySet<SumMetric> = new Set<SumMetric>([
  'cost',
  'inputCost',
  'cacheReadCost',
  'cacheWriteCost',
  'outputCost',
  'reasoningCost',
  'unitsCost',
  'toolsCost',
  'cacheSavings',
  'cacheWritePremium',
]);

/** Amounts of pico-USD, which may be more than 64 bits hold. */
export const isMoney = (metric: SumMetric): boolean => MONEY.has(metric);

/** The daily rollup by value has the total cost alone. */
export const isCarriedMetric = (metric: SumMetric): boolean => metric === 'cost' || !isMoney(metric);

/** A ratio of sums is not the sum of ratios: the finer its rows, the truer it is, and it must not move when days are derived. */
export const needsFineRows = (metric: SumMetric): boolean =>
  metric === 'cacheSavings' || metric === 'cacheWritePremium';

export const sumColumn = (metric: SumMetric) => `m:${metric}`;

/**
 * Each metric of a row, under its `sumColumn`. Costs are numeric, all else bigint, in every table: the branches of a
 * union agree, and sums of bigint are the cheaper ones.
 */
export const sumColumns = (table: Table, metrics: readonly SumMetric[]) =>
  metrics.map((metric) => {
    const value = SUMS[metric](table);
    return sql`${table === 'carried' ? sql`${value} * sign` : value} as ${sql.id(sumColumn(metric))}`;
  });

/** Sums by metric: pico-USD for costs. */
export type Sums = Partial<Record<SumMetric, bigint>>;

export const readSums = (row: Record<string, unknown>, metrics: readonly SumMetric[]): Sums =>
  Object.fromEntries(metrics.map((metric) => [metric, (row[sumColumn(metric)] ?? 0n) as bigint]));

export const addSums = (parts: readonly (Sums | undefined)[], metrics: readonly SumMetric[]): Sums =>
  Object.fromEntries(metrics.map((metric) => [metric, parts.reduce((sum, part) => sum + (part?.[metric] ?? 0n), 0n)]));

/** Those of the metrics that are sums, or worked out of sums, as the contract has them. */
export const sumValues = (sums: Sums | undefined, metrics: readonly Metric[]): MetricValues =>
  Object.fromEntries(
    metrics
      .filter((metric): metric is SumMetric | DerivedMetric => !isPercentile(metric) && !isDistinct(metric))
      .map((metric) => [metric, isDerived(metric) ? DERIVED[metric].value(sums ?? {}) : sumValue(sums, metric)]),
  );

function sumValue(sums: Sums | undefined, metric: SumMetric): string | number {
  const value = sums?.[metric] ?? 0n;
  return isMoney(metric) ? formatPicoUsd(value) : Number(value);
}
