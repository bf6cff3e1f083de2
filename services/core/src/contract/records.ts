import Type, { type Static } from 'typebox';
import { COST_STATUSES, filters } from './analytics.ts';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

const Milliseconds = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const Amount = Type.String({ pattern: '^\\d{1,7}(\\.\\d{1,12})?$', examples: ['0.05'] });
const Text = nullable(Type.String());
const Whole = nullable(Type.Integer());

/** What records can be chosen by, besides what every figure can be filtered by. */
export const recordFilters = {
  ...filters,
  traceId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  responseId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** Inclusive, in USD. Records without a cost are left out. */
  minCost: Type.Optional(Amount),
  maxCost: Type.Optional(Amount),
  /** Inclusive. Records without a latency are left out. */
  minLatencyMs: Type.Optional(Milliseconds),
  maxLatencyMs: Type.Optional(Milliseconds),
  /**
   * Further reports of a call that another record counts already. Without them, the default, the list adds up to the
   * figures.
   */
  duplicates: Type.Optional(Type.Enum(['exclude', 'include', 'only'])),
};

export const RECORD_SORTS = ['time', 'cost', 'latency'] as const;

/** `GET /api/v1/records` */
export const RecordsQuery = strictObject({
  /** Inclusive. Needed where the list is not sorted by time. */
  from: Type.Optional(Instant),
  /** Exclusive. */
  to: Type.Optional(Instant),
  ...recordFilters,
  sort: Type.Optional(Type.Enum([...RECORD_SORTS], { default: 'time' })),
  /** Records without a cost or a latency come last either way. */
  order: Type.Optional(Type.Enum(['asc', 'desc'], { default: 'desc' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  /** `nextCursor` of the page before, of the same list. */
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
});

export const RecordRow = Type.Object({
  projectId: Id,
  id: Type.String(),
  timestamp: Instant,
  provider: Type.String(),
  model: Type.String(),
  feature: Text,
  environment: Text,
  user: Text,
  customer: Text,
  status: Type.Enum(['ok', 'error']),
  costStatus: Type.Enum([...COST_STATUSES]),
  /** Exact USD; `null` where the model has no price or the usage could not be read. */
  cost: nullable(UsdText),
  /** Disjoint counts by token class, those that are not zero. */
  tokens: Type.Record(Type.String(), Type.Integer()),
  latencyMs: Whole,
  /** The record that counts instead of this one. */
  duplicateOf: Text,
});

export const RecordsPage = Type.Object({ records: Type.Array(RecordRow), nextCursor: nullable(Type.String()) });

/** A name of ours and what it means. */
const Reason = Type.Object({ code: Type.String(), text: Type.String() });

/** Another report of the same call. */
const Twin = Type.Object({ id: Type.String(), timestamp: Instant, source: Type.String(), cost: nullable(UsdText) });

/** One line of a bill: `quantity` × `rate` × factors = `amount`. */
export const CostLine = Type.Object({
  costClass: Type.String(),
  quantity: Type.Number(),
  /** USD per unit. */
  rate: UsdText,
  /** The field of the price that the rate is from. */
  field: Type.String(),
  factors: Type.Array(Type.Object({ applies: Type.String(), factor: Type.String() })),
  amount: UsdText,
  approximate: Type.Array(Reason),
});

/** The price that a record was priced by. */
export const RecordPrice = Type.Object({
  kind: Type.Enum(['list', 'override']),
  /** Of the version of the list, or of the override. */
  id: Id,
  modelKey: Type.String(),
  /** `null`: since ever, or until further notice. */
  effectiveFrom: nullable(Instant),
  effectiveTo: nullable(Instant),
  /** Of the list: which edition said it, and how it came. */
  edition: Text,
  origin: Text,
  /** Of an override. */
  note: Text,
  /** The list has another price for that time by now, or the override was taken back: re-costing would change the cost. */
  replaced: Type.Boolean(),
});

/** `GET /api/v1/records/:projectId/:id` */
export const RecordDetail = Type.Object({
  ...RecordRow.properties,
  project: Type.Object({ id: Id, name: Type.String() }),
  receivedAt: Instant,
  source: Type.String(),
  key: nullable(Type.Object({ id: Id, name: Type.String(), prefix: Type.String() })),
  timeToFirstTokenMs: Whole,
  attempts: Whole,
  streamed: nullable(Type.Boolean()),
  interactive: nullable(Type.Boolean()),
  maxOutputTokens: Whole,
  errorType: Text,
  finishReason: Text,
  serviceTier: Text,
  requestedTier: Text,
  speed: Text,
  region: Text,
  reasoningEffort: Text,
  session: Text,
  traceId: Text,
  responseId: Text,
  requestHash: Text,
  prefixHash: Text,
  tags: Type.Record(Type.String(), Type.String()),
  units: Type.Record(Type.String(), Type.Number()),
  tools: Type.Record(Type.String(), Type.Number()),
  /** The usage object as it came; `null` where none came or it was erased. */
  rawUsage: Type.Unknown(),
  /** Captured text, where the project allows it. */
  content: nullable(Type.Object({ prompt: Text, response: Text })),
  costDetail: Type.Object({
    /** USD by token class, for everything billed by unit (`units`) and for tools (`tools`). Their sum is the cost. */
    classes: Type.Record(Type.String(), UsdText),
    /** The calculation behind them; empty where it cannot be shown. */
    lines: Type.Array(CostLine),
    /** The lines give exactly the stored amounts. */
    exact: Type.Boolean(),
    price: nullable(RecordPrice),
    /** How the model's price was found; or why there is no cost. */
    match: nullable(Reason),
    /** Why the cost may differ from the invoice. */
    approximate: Type.Array(Reason),
    /** The provider's own figure. */
    reported: nullable(UsdText),
    /** The re-costing that wrote the cost. */
    recostingId: nullable(Id),
  }),
  /** The report that counts instead of this one, as far as it is still there. */
  winner: nullable(Twin),
  /** Further reports of this call, which do not count. */
  duplicates: Type.Array(Twin),
});

/** `timestamp` of the row in the list finds the record at once. */
export const RecordQuery = strictObject({ timestamp: Type.Optional(Instant) });
export const RecordPath = Type.Object({
  projectId: Id,
  id: Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
});

export type RecordsQuery = Static<typeof RecordsQuery>;
export type RecordRow = Static<typeof RecordRow>;
export type RecordsPage = Static<typeof RecordsPage>;
export type CostLine = Static<typeof CostLine>;
export type RecordPrice = Static<typeof RecordPrice>;
export type RecordDetail = Static<typeof RecordDetail>;
