import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

/**
 * What can be measured. Costs are exact decimal text in USD, everything else whole numbers. The percentiles, in
 * milliseconds, come from histograms and are within 10 %; users, customers and sessions are numbers of different ones,
 * which do not add up over groups and buckets.
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
  'pricedCalls',
  'unpricedCalls',
  'unreadableCalls',
  'latencyP50',
  'latencyP95',
  'timeToFirstTokenP50',
  'timeToFirstTokenP95',
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
] as const;

/** A dimension, or `tag:<key>`: the values of one tag. */
const DimensionName = Type.String({
  pattern: `^(${DIMENSIONS.join('|')}|tag:.{1,64})$`,
  examples: ['model', 'tag:team'],
});

export const BUCKETS = ['15m', 'hour', 'day', 'week', 'month'] as const;

/** How many groups are shown by name; the rest is summed as `other`. */
export const MAX_GROUPS = 50;

/** Query strings repeat a parameter to pass several values. */
const listOf = (values: readonly string[], maxItems: number) =>
  Type.Array(Type.Enum([...values]), { minItems: 1, maxItems, uniqueItems: true });

const NameList = Type.Array(Type.String({ maxLength: 200 }), { maxItems: 50 });

/** The filters that every page shares. An empty text means "without one". */
const filters = {
  projectId: Type.Optional(Type.Array(Id, { maxItems: 50 })),
  environment: Type.Optional(NameList),
  provider: Type.Optional(NameList),
  model: Type.Optional(NameList),
  feature: Type.Optional(NameList),
  status: Type.Optional(listOf(['ok', 'error'], 2)),
  user: Type.Optional(NameList),
  customer: Type.Optional(NameList),
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
  /** Groups by name, the dearest first; the rest becomes `other`. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_GROUPS, default: 8 })),
  /** The period of the same length that ends where this one begins. */
  compare: Type.Optional(Type.Enum(['previous'])),
  ...filters,
});

const Total = Type.Optional(Type.Integer());
/** `null` where nothing was measured. */
const Percentile = Type.Optional(nullable(Type.Integer()));

/** The metrics that were asked for. */
export const MetricValues = Type.Object({
  cost: Type.Optional(UsdText),
  calls: Total,
  errors: Total,
  tokens: Total,
  inputTokens: Total,
  cacheReadTokens: Total,
  cacheWriteTokens: Total,
  outputTokens: Total,
  reasoningTokens: Total,
  pricedCalls: Total,
  unpricedCalls: Total,
  unreadableCalls: Total,
  latencyP50: Percentile,
  latencyP95: Percentile,
  timeToFirstTokenP50: Percentile,
  timeToFirstTokenP95: Percentile,
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

/** `GET /api/v1/records`: newest first. */
export const RecordsQuery = strictObject({
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  ...filters,
});

export const COST_STATUSES = ['priced', 'unpriced', 'unreadable'] as const;

export const RecordRow = Type.Object({
  projectId: Id,
  id: Type.String(),
  timestamp: Instant,
  provider: Type.String(),
  model: Type.String(),
  feature: nullable(Type.String()),
  environment: nullable(Type.String()),
  user: nullable(Type.String()),
  customer: nullable(Type.String()),
  status: Type.Enum(['ok', 'error']),
  costStatus: Type.Enum([...COST_STATUSES]),
  /** Exact USD; `null` where the model has no price or the usage could not be read. */
  cost: nullable(UsdText),
  /** Disjoint counts by token class, those that are not zero. */
  tokens: Type.Record(Type.String(), Type.Integer()),
  latencyMs: nullable(Type.Integer()),
});

export const RecordsPage = Type.Object({ records: Type.Array(RecordRow), nextCursor: nullable(Type.String()) });

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
export type RecordsQuery = Static<typeof RecordsQuery>;
export type RecordRow = Static<typeof RecordRow>;
export type RecordsPage = Static<typeof RecordsPage>;
export type Activity = Static<typeof Activity>;
