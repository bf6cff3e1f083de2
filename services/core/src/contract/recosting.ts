import Type, { type Static } from 'typebox';
import { COST_STATUSES } from './analytics.ts';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

/**
 * A re-costing goes from a preview (a dry run) over its application to, perhaps, its undoing. Each of these steps waits,
 * runs, and is done; it can also be cancelled or fail, and then `step` says which one it was.
 */
export const RECOSTING_STATES = [
  'preview_queued',
  'previewing',
  'previewed',
  'apply_queued',
  'applying',
  'applied',
  'undo_queued',
  'undoing',
  'undone',
  'cancelled',
  'failed',
] as const;

export const RECOSTING_STEPS = ['preview', 'apply', 'undo'] as const;

/** What a person may do next. */
export const RECOSTING_ACTIONS = ['apply', 'undo', 'cancel'] as const;

/** Why a step failed. */
export const RECOSTING_FAILURES = {
  prices_changed: 'Prices have changed since the preview: what is not applied yet needs a new one.',
  internal: 'Something went wrong on the server, several times in a row; its log says what.',
} as const;

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
});
const Month = Type.String({ pattern: '^\\d{4}-\\d{2}$', examples: ['2026-08'] });
const Count = Type.Integer({ minimum: 0 });

/** `POST /api/v1/recostings`: begins with a preview. Owners and admins. */
export const NewRecosting = strictObject({
  /** Inclusive. Default: everything that is kept. */
  from: Type.Optional(Instant),
  /** Exclusive. Default: now. */
  to: Type.Optional(Instant),
  /** Default: all projects but the demo project. */
  projectId: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true })),
  provider: Type.Optional(Names),
  model: Type.Optional(Names),
  /** Only calls that have no cost yet: unpriced or unreadable. */
  onlyUnpriced: Type.Optional(Type.Boolean({ default: false })),
});

export const RecostingFilter = Type.Object({
  from: Instant,
  to: Instant,
  projectIds: Type.Array(Id),
  /** `null`: all of them. */
  providers: nullable(Type.Array(Type.String())),
  models: nullable(Type.Array(Type.String())),
  onlyUnpriced: Type.Boolean(),
});

/** Calls that are counted in sums: duplicates of another record are left out, as everywhere. */
const difference = {
  calls: Count,
  /** Those whose cost, counts or price would be others. */
  changedCalls: Count,
  costBefore: UsdText,
  costAfter: UsdText,
  /** Calls without a cost (unpriced or unreadable), before and after. */
  uncostedBefore: Count,
  uncostedAfter: Count,
};

/** What the dry run found; final once the state is past `previewing`. */
export const RecostingPreview = Type.Object({
  ...difference,
  /** Changed records that are duplicates of another: re-costed like all, counted nowhere. */
  changedDuplicates: Count,
  /** Records that stay as they are because their usage is not kept any more, or their new cost is not credible. */
  keptCalls: Count,
});

/** What was done to the records, duplicates included. */
export const RecostingEffect = Type.Object({
  changedRecords: Count,
  /** By how much the sums have changed: after minus before. */
  difference: UsdText,
  /** Records that have their old cost again. */
  restoredRecords: Count,
  /** Changed records that were gone, or had been changed otherwise, when they were to be restored. */
  notRestoredRecords: Count,
});

/**
 * One re-costing. `POST /api/v1/recostings/:recostingId/apply`, `…/undo`, `…/cancel` answer 202 with its new state, for
 * owners and admins. 409 `conflict` when the state does not allow it, when another re-costing of the organization runs,
 * when prices or records have changed since the preview, or when a later re-costing must be undone first; the detail
 * says which.
 */
export const Recosting = Type.Object({
  id: Id,
  state: Type.Enum([...RECOSTING_STATES]),
  step: Type.Enum([...RECOSTING_STEPS]),
  /** Of the step, 0 to 1. */
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  filter: RecostingFilter,
  preview: RecostingPreview,
  effect: RecostingEffect,
  /** In the state that it has; who asks needs the role for it, too. */
  actions: Type.Array(Type.Enum([...RECOSTING_ACTIONS])),
  failure: nullable(Type.Enum(Object.keys(RECOSTING_FAILURES) as (keyof typeof RECOSTING_FAILURES)[])),
  createdBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  createdAt: Instant,
  previewedAt: nullable(Instant),
  appliedAt: nullable(Instant),
  undoneAt: nullable(Instant),
});

/** `GET /api/v1/recostings`: newest first, the last 100. */
export const RecostingList = Type.Object({ recostings: Type.Array(Recosting) });

/** What the preview found for one model in one month of the organization's zone. */
export const RecostingLine = Type.Object({
  month: Month,
  provider: Type.String(),
  model: Type.String(),
  ...difference,
});

/** Lines of one reply. */
export const MAX_RECOSTING_LINES = 1_000;

/** `GET /api/v1/recostings/:recostingId` */
export const RecostingDetail = Type.Object({
  recosting: Recosting,
  /** Those with the largest difference first, then those with most changed calls. */
  lines: Type.Array(RecostingLine),
  /** How many lines there are beyond `lines`. */
  linesLeftOff: Count,
});

/** `GET /api/v1/unpriced` */
export const UnpricedQuery = strictObject({
  /** Inclusive. Default: 90 days before `to`. */
  from: Type.Optional(Instant),
  /** Exclusive. Default: now. */
  to: Type.Optional(Instant),
  projectId: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true })),
});

/** How many calls have a cost: `pricedCalls` of `calls`. */
const coverage = {
  calls: Count,
  pricedCalls: Count,
  unpricedCalls: Count,
  unreadableCalls: Count,
};

export const UnpricedModel = Type.Object({
  provider: Type.String(),
  model: Type.String(),
  source: Type.String(),
  costStatus: Type.Enum(['unpriced', 'unreadable']),
  /** Why: a name of `UNPRICED_REASONS`, or what the reader of the source could not read. */
  reason: Type.String(),
  calls: Count,
  /** Known tokens of all classes; an unreadable call has none. */
  tokens: Count,
  firstSeen: Instant,
  lastSeen: Instant,
  /** What the newest of these calls would be with today's prices and readers: `priced` means that re-costing helps. */
  now: Type.Object({
    costStatus: Type.Enum([...COST_STATUSES]),
    /** The rule that found the price, or why there is none. */
    reason: nullable(Type.String()),
    /** The model's key in the price list, where it was found. */
    priceKey: nullable(Type.String()),
  }),
});

/** Models of one reply. */
export const MAX_UNPRICED_MODELS = 200;

export const Unpriced = Type.Object({
  from: Instant,
  to: Instant,
  timeZone: Type.String(),
  coverage: Type.Object(coverage),
  /** Months of the organization's zone, the oldest first. */
  months: Type.Array(Type.Object({ month: Month, ...coverage })),
  /** Those with most calls first. */
  models: Type.Array(UnpricedModel),
  /** How many there are beyond `models`. */
  modelsLeftOff: Count,
});

export type RecostingState = (typeof RECOSTING_STATES)[number];
export type RecostingStep = (typeof RECOSTING_STEPS)[number];
export type RecostingAction = (typeof RECOSTING_ACTIONS)[number];
export type RecostingFailure = keyof typeof RECOSTING_FAILURES;
export type NewRecosting = Static<typeof NewRecosting>;
export type Recosting = Static<typeof Recosting>;
export type RecostingList = Static<typeof RecostingList>;
export type RecostingLine = Static<typeof RecostingLine>;
export type RecostingDetail = Static<typeof RecostingDetail>;
export type UnpricedQuery = Static<typeof UnpricedQuery>;
export type UnpricedModel = Static<typeof UnpricedModel>;
export type Unpriced = Static<typeof Unpriced>;
