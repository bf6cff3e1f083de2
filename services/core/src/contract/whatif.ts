import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';
import { RecordSelection } from './exports.ts';

/** Records that one request prices at once. More is a job. */
export const MAX_IMMEDIATE_RECORDS = 20_000;

export const WHATIF_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;

const Share = Type.Number({ minimum: 0, maximum: 1, examples: [0.8] });
const Factor = Type.Number({ minimum: 0.01, maximum: 100, examples: [1.1] });
const Count = Type.Integer({ minimum: 0 });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-08-01'] });

/**
 * What is imagined to be different; at least one of it. In this order: the tokens become more or fewer, then they are
 * divided between what a cache has and what not, then the call is priced as the other model's, in the other tier.
 */
export const WhatIfChange = strictObject({
  /** As a sender of records would name it. */
  model: Type.Optional(
    strictObject({
      provider: Type.String({ minLength: 1, maxLength: 200 }),
      model: Type.String({ minLength: 1, maxLength: 200 }),
    }),
  ),
  /** Instead of the tier that was served. */
  serviceTier: Type.Optional(Type.Enum([...WHATIF_TIERS])),
  /**
   * How the text tokens of each prompt are divided: what is read from a cache, what is written to it (at the price for
   * writing, where the model has one), and the rest, which costs its full price. Both 0: nothing is cached. Shares are
   * taken at four decimals and together at most 1; prompts shorter than the model caches are not cached, as far as the
   * price list knows that length.
   */
  caching: Type.Optional(
    strictObject({
      readShare: Share,
      writeShare: Type.Optional(Share),
      /** How long what is written is kept: a price of its own at some providers. */
      writeTtl: Type.Optional(Type.Enum(['5m', '1h'], { default: '5m' })),
    }),
  ),
  /**
   * Text tokens by tokenizer or prompt: 1.1 is a tenth more. Taken at three decimals; tokens are rounded call by call.
   * Tokens of images, audio and video stay as they are.
   */
  tokens: Type.Optional(strictObject({ inputFactor: Type.Optional(Factor), outputFactor: Type.Optional(Factor) })),
});

/** `POST /api/v1/whatifs/preview`: answers at once, and keeps nothing. Anybody who may see figures. */
export const WhatIfRequest = strictObject({ selection: RecordSelection, change: WhatIfChange });

const Name = Type.String({ minLength: 1, maxLength: 100 });

/** `POST /api/v1/whatifs`: kept, and computed at once or in the background. Members. */
export const NewWhatIf = strictObject({ ...WhatIfRequest.properties, name: Name });

/** `PATCH /api/v1/whatifs/:whatIfId` */
export const WhatIfNaming = strictObject({ name: Name });

/**
 * What may keep a call from being made that way. The first four make it unable: it is not priced, since it would not
 * run. The others are said of calls that are priced.
 */
export const WHATIF_WARNINGS = {
  context_exceeded: 'The prompt is longer than the model takes.',
  output_exceeded: 'The answer is longer than the model gives.',
  modality_not_supported: 'The call has audio, video or images made, which the price list does not know of this model.',
  kind_not_supported: 'The model is of another kind, such as one for embeddings instead of text.',
  tool_not_supported:
    "The call had the provider run a tool (such as a web search) for which the price list has no fee of this model's.",
  max_output_requested: 'More output tokens were allowed than the model gives: the request would need a lower limit.',
  images_unknown: 'The call has images, and the price list does not say whether the model reads them.',
  cache_carried_over:
    'The call used the cache of another provider; the same tokens are taken to be cached here, which may differ.',
  below_cache_minimum: 'The prompt is shorter than the model caches: nothing of it was taken to be cached.',
  no_cache_rate: 'The price list has no price for cached tokens of this model: they cost their full price.',
} as const;

/** Warnings that mean that a call cannot be made that way. */
export const UNABLE_REASONS = [
  'context_exceeded',
  'output_exceeded',
  'modality_not_supported',
  'kind_not_supported',
  'tool_not_supported',
] as const;

/**
 * Every call is one of four things, and only the first is in both sums: priced before and after; unable (it would not
 * run that way); unpriced (it had a cost and would have none that is known); uncosted (it had no cost, so that there is
 * nothing to compare with).
 */
const sums = {
  calls: Count,
  pricedCalls: Count,
  /** Of the priced calls: what they did cost, and what they would have cost. */
  costBefore: UsdText,
  costAfter: UsdText,
  unableCalls: Count,
  /** What the unable calls did cost. */
  unableCost: UsdText,
  unpricedCalls: Count,
  unpricedCost: UsdText,
  uncostedCalls: Count,
};

export const WhatIfSums = Type.Object(sums);

/** A group of calls; those beyond the 50 dearest are one, without a key. */
export const WhatIfGroup = Type.Object({ key: nullable(Type.Array(Type.String())), ...sums });

const Counted = Type.Object({ code: Type.String(), text: Type.String(), calls: Count });

export const WhatIfResult = Type.Object({
  totals: WhatIfSums,
  /** Key: provider and model, as they were. */
  byModel: Type.Array(WhatIfGroup),
  /** Key: the feature, `""` without one. */
  byFeature: Type.Array(WhatIfGroup),
  /** Every day of the period, in `timeZone`. */
  byDay: Type.Array(Type.Object({ day: Day, ...sums })),
  timeZone: Type.String(),
  /** Codes of `WHATIF_WARNINGS`, those with most calls first; a call can have several. */
  warnings: Type.Array(Counted),
  /** Why calls are unpriced. */
  unpriced: Type.Array(Counted),
  /** Why the costs of priced calls are only near the truth. */
  approximate: Type.Array(Counted),
  /** The other model in the price list, with its limits; `null` where none was chosen or found. */
  model: nullable(
    Type.Object({
      key: Type.String(),
      matchedBy: Type.String(),
      maxInputTokens: nullable(Type.Integer()),
      maxOutputTokens: nullable(Type.Integer()),
      cacheMinTokens: nullable(Type.Integer()),
    }),
  ),
  /** By the prices known at this time. */
  computedAt: Instant,
});

export const WhatIfPreview = Type.Object({
  /** About how many records the selection has. */
  records: Count,
  /** `null`: too many for one request; `POST /api/v1/whatifs` takes them. */
  result: nullable(WhatIfResult),
});

export const WHATIF_STATES = ['queued', 'running', 'done', 'cancelled', 'failed'] as const;

/** Why it failed. */
export const WHATIF_FAILURES = {
  internal: 'Something went wrong on the server, several times in a row; its log says what.',
  not_found: 'A project that it is about is not there any more.',
} as const;

const summary = {
  id: Id,
  name: Name,
  selection: RecordSelection,
  change: WhatIfChange,
  state: Type.Enum([...WHATIF_STATES]),
  failure: nullable(Type.Enum(Object.keys(WHATIF_FAILURES) as (keyof typeof WHATIF_FAILURES)[])),
  /** 0 to 1. */
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  createdAt: Instant,
  createdBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  /** When the result was made; it stays as it is until it is computed again. */
  computedAt: nullable(Instant),
  /** Of the result. */
  totals: nullable(WhatIfSums),
};

export const WhatIfSummary = Type.Object(summary);

/** `GET /api/v1/whatifs`: the newest first. */
export const WhatIfList = Type.Object({ whatifs: Type.Array(WhatIfSummary) });

/**
 * `GET /api/v1/whatifs/:whatIfId`: what a link shows, to members of the organization alone. `POST …/run` computes it again
 * by today's records and prices, `POST …/cancel` ends a run, `DELETE` deletes it.
 */
export const WhatIf = Type.Object({ ...summary, result: nullable(WhatIfResult) });

export const WhatIfPath = Type.Object({ whatIfId: Id });

export type WhatIfChange = Static<typeof WhatIfChange>;
export type WhatIfRequest = Static<typeof WhatIfRequest>;
export type NewWhatIf = Static<typeof NewWhatIf>;
export type WhatIfWarning = keyof typeof WHATIF_WARNINGS;
export type WhatIfSums = Static<typeof WhatIfSums>;
export type WhatIfGroup = Static<typeof WhatIfGroup>;
export type WhatIfResult = Static<typeof WhatIfResult>;
export type WhatIfPreview = Static<typeof WhatIfPreview>;
export type WhatIfState = (typeof WHATIF_STATES)[number];
export type WhatIfFailure = keyof typeof WHATIF_FAILURES;
export type WhatIfSummary = Static<typeof WhatIfSummary>;
export type WhatIf = Static<typeof WhatIf>;
export type WhatIfList = Static<typeof WhatIfList>;
