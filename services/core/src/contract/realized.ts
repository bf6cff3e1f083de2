import Type, { type Static } from 'typebox';
import { filters } from './analytics.ts';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';
import { WHATIF_TIERS } from './whatif.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-08-01'] });
const Count = Type.Integer({ minimum: 0 });
const Model = strictObject({
  provider: Type.String({ minLength: 1, maxLength: 200 }),
  model: Type.String({ minLength: 1, maxLength: 200 }),
});

/** The traffic that a recommendation is about. */
export const RealizedScope = strictObject({ ...filters });

/**
 * What was to change.
 * - `model`: calls move from one model to another
 * - `caching`: more of the prompt is read from a cache (or, where caching cost more than it saved, less is written)
 * - `tier`: calls move to another service tier, such as batch
 * - `tokens`: prompts (`input`) or answers (`output`) become shorter: limits, reasoning effort
 * - `calls`: fewer calls for the same work (repeated requests, failed calls)
 */
export const RealizedChange = Type.Union([
  strictObject({ kind: Type.Enum(['model']), from: Model, to: Model }),
  strictObject({ kind: Type.Enum(['caching']) }),
  strictObject({ kind: Type.Enum(['tier']), to: Type.Enum([...WHATIF_TIERS]) }),
  strictObject({ kind: Type.Enum(['tokens']), side: Type.Enum(['input', 'output']) }),
  strictObject({ kind: Type.Enum(['calls']), unit: Type.Enum(['distinct_requests', 'ok_calls']) }),
]);

/**
 * - `pending`: accepted a moment ago, nothing was looked at yet
 * - `no_baseline`: there was too little traffic before to compare with
 * - `not_yet_seen`: the traffic is still what it was; nothing is counted
 * - `following`: the change is seen, and every day since is counted
 */
export const REALIZED_STATES = ['pending', 'no_baseline', 'not_yet_seen', 'following'] as const;

const amounts = {
  /** What the changed calls did cost. */
  cost: UsdText,
  /** What the same calls would have cost the old way. */
  costOtherwise: UsdText,
  /** The difference; below 0 where the change made things dearer. */
  saved: UsdText,
  /** With 95 % confidence it lies between these. */
  savedLow: UsdText,
  savedHigh: UsdText,
};

export const RealizedDay = Type.Object({
  day: Day,
  /** Calls that the change reached, that day. */
  calls: Count,
  ...amounts,
  /** Of the calls (or tokens) that could change, how many have: 0 to 1. */
  adoption: nullable(Type.Number()),
  /** Everything saved up to the end of that day. */
  cumulative: UsdText,
  cumulativeLow: UsdText,
  cumulativeHigh: UsdText,
});

/**
 * `GET /api/v1/realized/:recommendationId`. 404 for one that is not accepted, or that says nothing that can be followed in the
 * traffic.
 */
export const Realized = Type.Object({
  recommendationId: Id,
  state: Type.Enum([...REALIZED_STATES]),
  change: RealizedChange,
  acceptedAt: Instant,
  /** The first day on which the change is seen in the traffic. */
  seenOn: nullable(Day),
  /** Up to and with this day; today is counted when it is over. */
  followedUntil: nullable(Day),
  timeZone: Type.String(),
  totals: Type.Object({ calls: Count, ...amounts }),
  /** Over 30 days at the pace since it is seen; `null` before a week of it is there. */
  perMonth: nullable(UsdText),
  /** What it is compared with. */
  baseline: nullable(
    Type.Object({
      from: Instant,
      to: Instant,
      calls: Count,
      /** Before: of the calls (or tokens) that could change, how many had already. */
      adoption: nullable(Type.Number()),
      /** By how much the old way needs more (above 1) or fewer tokens for the same work; 1 where no difference shows. */
      inputFactor: Type.Number(),
      outputFactor: Type.Number(),
    }),
  ),
  /** Calls of the days counted whose cost is not known either way: they are in no figure. */
  unpricedCalls: Count,
  /** How it is worked out, in sentences. */
  method: Type.Array(Type.String()),
  days: Type.Array(RealizedDay),
});

/** `GET /api/v1/realized`: every accepted recommendation, what saved most first. */
export const RealizedSummary = Type.Object({
  timeZone: Type.String(),
  totals: Type.Object({ saved: UsdText, savedLow: UsdText, savedHigh: UsdText, following: Count, waiting: Count }),
  realized: Type.Array(
    Type.Object({
      recommendationId: Id,
      state: Realized.properties.state,
      acceptedAt: Instant,
      seenOn: nullable(Day),
      calls: Count,
      saved: UsdText,
      savedLow: UsdText,
      savedHigh: UsdText,
      perMonth: nullable(UsdText),
    }),
  ),
});

export const RealizedPath = Type.Object({ recommendationId: Id });

export type RealizedScope = Static<typeof RealizedScope>;
export type RealizedChange = Static<typeof RealizedChange>;
export type RealizedState = (typeof REALIZED_STATES)[number];
export type RealizedDay = Static<typeof RealizedDay>;
export type Realized = Static<typeof Realized>;
export type RealizedSummary = Static<typeof RealizedSummary>;
