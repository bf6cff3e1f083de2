import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';
import { ForecastBasis } from './forecast.ts';
import { LIMITS } from './limits.ts';

export const BUDGET_PERIODS = ['day', 'week', 'month', 'quarter', 'rolling'] as const;
export const BUDGET_MEASURES = ['usd', 'tokens', 'calls'] as const;
export const BUDGET_ACTIONS = ['notify', 'block'] as const;

const Count = Type.Integer({ minimum: 0 });
const Names = Type.Array(Type.String({ minLength: 1, maxLength: LIMITS.name }), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
});
const Ids = Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true });

/** What of a call the sender says, and the SDK knows before it is made. */
const said = {
  users: Type.Optional(Names),
  customers: Type.Optional(Names),
  models: Type.Optional(Names),
  providers: Type.Optional(Names),
  features: Type.Optional(Names),
  environments: Type.Optional(Names),
  /** Every key must be there with one of its values. */
  tags: Type.Optional(
    Type.Record(
      Type.String({ minLength: 1, maxLength: LIMITS.tagKey }),
      Type.Array(Type.String({ maxLength: LIMITS.tagValue }), { minItems: 1, maxItems: 100 }),
    ),
  ),
};

/** Which calls a budget covers: those that have one of the values of every dimension named. */
export const BudgetConditions = strictObject({ projects: Type.Optional(Ids), keys: Type.Optional(Ids), ...said });

/** An amount in the budget's measure: USD as decimal text, or a whole number of tokens or calls as text. */
export const BudgetAmount = UsdText;

const terms = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  conditions: BudgetConditions,
  measure: Type.Enum([...BUDGET_MEASURES]),
  amount: BudgetAmount,
  /** Days, weeks (from Monday), months and quarters are those of the organization's time zone. */
  period: Type.Enum([...BUDGET_PERIODS]),
  /** Of the period `rolling`: the window's length, which moves on by quarters of an hour. */
  rollingHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_160 })),
  /** Percent of the amount. */
  thresholds: Type.Array(Type.Integer({ minimum: 1, maximum: 1_000 }), { maxItems: 10, uniqueItems: true }),
  notifyForecast: Type.Boolean(),
  channelIds: Type.Array(Id, { maxItems: 20, uniqueItems: true }),
  action: Type.Enum([...BUDGET_ACTIONS]),
  /** What calls without a price do to a budget in USD: `closed` counts it as exceeded while there is one in the period. */
  unpriced: Type.Enum(['open', 'closed']),
  /** A call asks before it is made, and what it may cost is set aside until its record is there. Only with `block`. */
  reservation: Type.Boolean(),
  /** What was spent before does not count. */
  startsAt: Type.Optional(nullable(Instant)),
};

/** `POST /api/v1/budgets` and `PUT /api/v1/budgets/:budgetId`: the whole of it. Owners and admins. */
export const NewBudget = strictObject(terms);

/**
 * - `filling`: what was spent before it was made, or changed, is still being counted; it does not block yet
 * - `scheduled`: it begins later
 * - `exceeded`: the amount is spent, or `unpriced` is `closed` and there is a call without a price
 */
export const BUDGET_STATUSES = ['ok', 'exceeded', 'filling', 'scheduled', 'archived'] as const;

const spend = {
  spent: BudgetAmount,
  /** What is set aside for calls under way. */
  reserved: BudgetAmount,
  calls: Count,
  tokens: Count,
  /** Calls whose cost is not known. */
  unpricedCalls: Count,
};

const state = {
  status: Type.Enum([...BUDGET_STATUSES]),
  /** Why it is exceeded. */
  reason: nullable(Type.Enum(['amount', 'unpriced'])),
  periodStart: Instant,
  /** When the period ends; of a rolling window the end of its newest quarter of an hour. */
  periodEnd: Instant,
  ...spend,
};

const Person = Type.Object({ id: Id, name: Type.String() });

export const Budget = Type.Object({
  id: Id,
  ...terms,
  rollingHours: nullable(Type.Integer()),
  startsAt: nullable(Instant),
  createdBy: nullable(Person),
  createdAt: Instant,
  updatedAt: Instant,
  archivedAt: nullable(Instant),
  state: Type.Object(state),
});

/** `GET /api/v1/budgets`: the most used up first, archived ones last. */
export const BudgetList = Type.Object({ timeZone: Type.String(), budgets: Type.Array(Budget) });

/** A period that is over, or runs. */
export const BudgetPeriod = Type.Object({
  start: Instant,
  end: Instant,
  spent: BudgetAmount,
  calls: Count,
  tokens: Count,
  unpricedCalls: Count,
  /** Not all of it is known: it began before the oldest record, or is still being counted. */
  partial: Type.Boolean(),
});

export const BudgetDriver = Type.Object({
  value: Type.String(),
  /** What a person reads. */
  label: Type.String(),
  spent: BudgetAmount,
  calls: Count,
});

export const BudgetChange = Type.Object({
  at: Instant,
  by: nullable(Person),
  action: Type.String(),
  before: nullable(Type.Record(Type.String(), Type.Unknown())),
  after: nullable(Type.Record(Type.String(), Type.Unknown())),
});

/** `GET /api/v1/budgets/:budgetId` */
export const BudgetDetail = Type.Object({
  timeZone: Type.String(),
  budget: Budget,
  /** Of the running period: what was spent in each interval that has begun. */
  burn: Type.Object({
    bucket: Type.Enum(['15m', 'hour', 'day']),
    points: Type.Array(Type.Object({ start: Instant, spent: BudgetAmount })),
  }),
  /** What the running period will have come to; `null` for a rolling window, while the past is counted, and with too little to go by. */
  forecast: nullable(
    Type.Object({
      basis: ForecastBasis,
      historyDays: Type.Integer(),
      expected: BudgetAmount,
      low: BudgetAmount,
      high: BudgetAmount,
    }),
  ),
  /** The newest first, the running one among them; of a rolling window whole windows back from now. */
  periods: Type.Array(BudgetPeriod),
  /** What the spend of the running period is made of: the first few by dimension, the largest first. */
  drivers: Type.Array(
    Type.Object({
      dimension: Type.Enum(['model', 'feature', 'user', 'customer', 'project', 'key']),
      values: Type.Array(BudgetDriver),
    }),
  ),
  /** The newest first. */
  changes: Type.Array(BudgetChange),
});

/** `POST /api/v1/budgets/preview`: what such a budget would have been in the periods behind us. */
export const BudgetPreviewRequest = strictObject({
  conditions: terms.conditions,
  measure: terms.measure,
  period: terms.period,
  rollingHours: terms.rollingHours,
});
export const BudgetPreview = Type.Object({ periods: Type.Array(BudgetPeriod) });

/** A budget as the SDK knows it: its state, and to which calls of the key's project it applies. */
export const BudgetState = Type.Object({
  id: Id,
  name: Type.String(),
  action: Type.Enum([...BUDGET_ACTIONS]),
  measure: Type.Enum([...BUDGET_MEASURES]),
  period: Type.Enum([...BUDGET_PERIODS]),
  limit: BudgetAmount,
  status: Type.Enum([...BUDGET_STATUSES]),
  reason: nullable(Type.Enum(['amount', 'unpriced'])),
  spent: BudgetAmount,
  /** When it begins anew. `null`: a rolling window, which frees itself little by little. */
  resetsAt: nullable(Instant),
  thresholds: Type.Array(Type.Integer()),
  reservation: Type.Boolean(),
  conditions: Type.Object(said),
});

/** `GET /v1/budgets`, with the ingest's key. `tag.<key>=<value>` for tags. Answered with an ETag; 304 where it still holds. */
export const BudgetStatesQuery = Type.Object(
  { user: Type.Optional(Type.String()), customer: Type.Optional(Type.String()) },
  { additionalProperties: Type.String() },
);

/** At most this many; those that block first. */
export const MAX_BUDGET_STATES = 200;

export const BudgetStates = Type.Object({
  budgets: Type.Array(BudgetState),
  /** What of the attributes matters to any budget of the project: the others need not be asked with. */
  by: Type.Object({ user: Type.Boolean(), customer: Type.Boolean(), tags: Type.Array(Type.String()) }),
});

/** `POST /v1/budgets/reservations`, with the ingest's key: asked before a call is made. */
export const ReservationRequest = strictObject({
  /** The id that the call's record will have, a UUIDv7: the record settles the reservation. */
  id: Type.String({ minLength: 1, maxLength: 200 }),
  model: Type.String({ minLength: 1, maxLength: LIMITS.name }),
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.name })),
  user: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  customer: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  feature: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  environment: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  tags: Type.Optional(Type.Record(Type.String(), Type.String())),
});

export const ReservationReply = Type.Object({
  granted: Type.Boolean(),
  /** The budgets that have no room for the call; empty where it is granted. */
  exceeded: Type.Array(BudgetState),
  expiresAt: nullable(Instant),
});

export type BudgetConditions = Static<typeof BudgetConditions>;
export type NewBudget = Static<typeof NewBudget>;
export type Budget = Static<typeof Budget>;
export type BudgetList = Static<typeof BudgetList>;
export type BudgetPeriod = Static<typeof BudgetPeriod>;
export type BudgetDriver = Static<typeof BudgetDriver>;
export type BudgetChange = Static<typeof BudgetChange>;
export type BudgetDetail = Static<typeof BudgetDetail>;
export type BudgetPreviewRequest = Static<typeof BudgetPreviewRequest>;
export type BudgetPreview = Static<typeof BudgetPreview>;
export type BudgetState = Static<typeof BudgetState>;
export type BudgetStates = Static<typeof BudgetStates>;
export type BudgetStatus = (typeof BUDGET_STATUSES)[number];
export type BudgetMeasure = (typeof BUDGET_MEASURES)[number];
export type BudgetPeriodKind = (typeof BUDGET_PERIODS)[number];
export type ReservationRequest = Static<typeof ReservationRequest>;
export type ReservationReply = Static<typeof ReservationReply>;
