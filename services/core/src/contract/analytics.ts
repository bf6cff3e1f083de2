import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

/**
 * What can be measured. Costs are exact decimal text in USD, shares are numbers from 0 to 1, everything else is whole
 * numbers. The percentiles, in milliseconds, come from histograms and are within 10 %; users, customers and sessions are
 * numbers of different ones. Percentiles, shares and numbers of different ones do not add up over groups and buckets.
 *
 * `cacheSavings` is what prompt caching saved, net: cached tokens at the input rate, less what reading and writing them
 * cost. The input rate is the one that the same calls paid for their uncached tokens, so that it has the calls' own price,
 * size, tier and region; calls whose input rate is not known that way count as no saving and no loss. `cacheWritePremium`
 * is the part of it that writing cost above the input rate.
 *
 * `costPerMillionTokens` is the effective price: the cost by the tokens of all classes. Tokens of calls without a price are
 * among them, so that it is too low by the share of those.
 */
export const METRICS = [
  'cost',
  'calls',
  'errors',
  'tokens',
  'inputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'inputCost',
  'cacheReadCost',
  'cacheWriteCost',
  'outputCost',
  'reasoningCost',
  'unitsCost',
  'toolsCost',
  'cacheSavings',
  'cacheWritePremium',
  'costPerCall',
  'costPerMillionTokens',
  'errorRate',
  'cacheHitRate',
  'pricedCalls',
  'unpricedCalls',
  'unreadableCalls',
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'timeToFirstTokenP50',
  'timeToFirstTokenP95',
  'timeToFirstTokenP99',
  'users',
  'customers',
  'sessions',
] as const;

export const DIMENSIONS = [
  'provider',
  'model',
  'feature',
  'environment',
  'project',
  'key',
  'serviceTier',
  'status',
  'user',
  'customer',
  'session',
  'source',
  'errorType',
  'reasoningEffort',
] as const;

/** A dimension, or `tag:<key>`: the values of one tag. */
const DimensionName = Type.String({
  pattern: `^(${DIMENSIONS.join('|')}|tag:.{1,64})$`,
  examples: ['model', 'tag:team'],
});

export const BUCKETS = ['15m', 'hour', 'day', 'week', 'month'] as const;

/** How many groups are shown by name; the rest is summed as `other`. With buckets, each group has a figure for each. */
export const MAX_GROUPS = 1_000;
export const MAX_GROUPS_IN_BUCKETS = 50;

/** Query strings repeat a parameter to pass several values. */
const listOf = (values: readonly string[], maxItems: number) =>
  Type.Array(Type.Enum([...values]), { minItems: 1, maxItems, uniqueItems: true });

const NameList = Type.Array(Type.String({ maxLength: 200 }), { maxItems: 50 });

export const COST_STATUSES = ['priced', 'unpriced', 'unreadable'] as const;

/** `key=value`: the key has no `=`. */
const TagFilter = Type.String({ pattern: '^[^=]{1,64}=.{0,256}$', examples: ['team=search'] });

/** The filters that every page shares. Several values of one are alternatives; an empty text means "without one". */
export const filters = {
  projectId: Type.Optional(Type.Array(Id, { maxItems: 50 })),
  environment: Type.Optional(NameList),
  provider: Type.Optional(NameList),
  model: Type.Optional(NameList),
  feature: Type.Optional(NameList),
  status: Type.Optional(listOf(['ok', 'error'], 2)),
  /** Ids of API keys; 0 is "without one". */
  key: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), { maxItems: 50 })),
  serviceTier: Type.Optional(NameList),
  user: Type.Optional(NameList),
  customer: Type.Optional(NameList),
  session: Type.Optional(NameList),
  source: Type.Optional(NameList),
  errorType: Type.Optional(NameList),
  reasoningEffort: Type.Optional(NameList),
  costStatus: Type.Optional(listOf(COST_STATUSES, COST_STATUSES.length)),
  /** Values of one tag are alternatives; of several tags each must be there. */
  tag: Type.Optional(Type.Array(TagFilter, { maxItems: 20 })),
};

/** `GET /api/v1/usage` */
export const UsageQuery = strictObject({
  /** Inclusive. */
  from: Instant,
  /** Exclusive. */
  to: Instant,
  metrics: Type.Optional(listOf(METRICS, METRICS.length)),
  groupBy: Type.Optional(Type.Array(DimensionName, { minItems: 1, maxItems: 2, uniqueItems: true })),
  /** Cuts the period into buckets in the organization's zone, or in `timeZone`. Without it: totals only. */
  bucket: Type.Optional(Type.Enum([...BUCKETS])),
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
  /** Groups by name, the dearest first; the rest becomes `other`. At most 50 together with `bucket`. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_GROUPS, default: 8 })),
  /** The period of the same length that ends where this one begins. */
  compare: Type.Optional(Type.Enum(['previous'])),
  ...filters,
});

const Total = Type.Optional(Type.Integer());
const Cost = Type.Optional(UsdText);
/** `null` where nothing was measured. */
const Percentile = Type.Optional(nullable(Type.Integer()));
/** 0 to 1; `null` where there was nothing to be a share of. */
const Share = Type.Optional(nullable(Type.Number()));

/** The metrics that were asked for. */
export const MetricValues = Type.Object({
  cost: Cost,
  calls: Total,
  errors: Total,
  tokens: Total,
  inputTokens: Total,
  cacheReadTokens: Total,
  cacheWriteTokens: Total,
  outputTokens: Total,
  reasoningTokens: Total,
  inputCost: Cost,
  cacheReadCost: Cost,
  cacheWriteCost: Cost,
  outputCost: Cost,
  reasoningCost: Cost,
  unitsCost: Cost,
  toolsCost: Cost,
  cacheSavings: Cost,
  cacheWritePremium: Cost,
  /** Of the calls that have a price, rounded to 1e-12 USD; `null` without one. */
  costPerCall: Type.Optional(nullable(UsdText)),
  /** Rounded to 1e-12 USD; `null` without tokens, or without any call that has a price. */
  costPerMillionTokens: Type.Optional(nullable(UsdText)),
  errorRate: Share,
  /** Of all tokens of the prompts, those that were read from a cache. */
  cacheHitRate: Share,
  pricedCalls: Total,
  unpricedCalls: Total,
  unreadableCalls: Total,
  latencyP50: Percentile,
  latencyP95: Percentile,
  latencyP99: Percentile,
  timeToFirstTokenP50: Percentile,
  timeToFirstTokenP95: Percentile,
  timeToFirstTokenP99: Percentile,
  users: Total,
  customers: Total,
  sessions: Total,
});

export const UsageGroup = Type.Object({
  /** One value for each dimension of `groupBy`, in its order; `""` where records carry none. */
  key: Type.Array(Type.String()),
  /** What a person reads: names of projects and keys in place of their ids. */
  label: Type.Array(Type.String()),
  totals: MetricValues,
  previous: nullable(MetricValues),
  /** Aligned with `buckets`. */
  series: Type.Array(MetricValues),
});

export const UsageResult = Type.Object({
  from: Instant,
  to: Instant,
  timeZone: Type.String(),
  /** Start of each bucket; the first may begin before `from` and counts only what lies after it. */
  buckets: Type.Array(Instant),
  totals: MetricValues,
  previous: nullable(MetricValues),
  /** Totals of each bucket over all groups. */
  series: Type.Array(MetricValues),
  groups: Type.Array(UsageGroup),
  /** Everything beyond `limit`; `null` when all groups are named. */
  other: nullable(Type.Object({ groups: Type.Integer(), totals: MetricValues, series: Type.Array(MetricValues) })),
});

/** `GET /api/v1/values`: what a filter can be set to, or which tags there are (`tag`). */
export const ValuesQuery = strictObject({
  dimension: Type.String({
    pattern: `^(${DIMENSIONS.join('|')}|tag|tag:.{1,64})$`,
    examples: ['customer', 'tag', 'tag:team'],
  }),
  /** Part of the value, or of the name of a project or key; upper and lower case are the same. */
  search: Type.Optional(Type.String({ maxLength: 200 })),
  /** Default: the last 30 days. */
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  projectId: filters.projectId,
  environment: filters.environment,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});

/** The most used first. `""` stands for "without one". */
export const ValueList = Type.Object({
  values: Type.Array(Type.Object({ value: Type.String(), label: Type.String(), calls: Type.Integer() })),
  /** There are more than `limit`. */
  more: Type.Boolean(),
});

/**
 * `GET /api/v1/activity`: a number that moves when records of the organization were committed. The page asks for it
 * every second and asks for data only when it moved. `null` where it is not known: then ask for data from time to time.
 */
export const Activity = Type.Object({ revision: nullable(Type.Integer()) });

export type Metric = (typeof METRICS)[number];
export type Dimension = (typeof DIMENSIONS)[number] | `tag:${string}`;
export type Bucket = (typeof BUCKETS)[number];
export type UsageQuery = Static<typeof UsageQuery>;
export type MetricValues = Static<typeof MetricValues>;
export type UsageGroup = Static<typeof UsageGroup>;
export type UsageResult = Static<typeof UsageResult>;
export type ValuesQuery = Static<typeof ValuesQuery>;
export type ValueList = Static<typeof ValueList>;
export type Activity = Static<typeof Activity>;
