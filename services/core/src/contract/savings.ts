import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';
import { ListExportQuery } from './exports.ts';
import { LIMITS } from './limits.ts';

/** What the rules look for. Codes are never renamed. */
export const SAVING_RULES = [
  'cheaper_model',
  'superseded_model',
  'batch',
  'cache_prefix',
  'cache_loss',
  'truncated',
  'long_answers',
  'duplicates',
  'retries',
  'reasoning_effort',
  'long_context',
  'outlier',
  'failed_calls',
] as const;

/** `rule`: found by one of the rules, in the records alone. `analysis`: said by a model, and priced by our own engine. */
export const RECOMMENDATION_SOURCES = ['rule', 'analysis'] as const;

/** `gone`: it was open or snoozed, and does not apply any more. */
export const RECOMMENDATION_STATES = ['open', 'accepted', 'dismissed', 'snoozed', 'gone'] as const;
export const LEVELS = ['low', 'medium', 'high'] as const;
const Level = Type.Enum([...LEVELS]);
const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();

/** Which calls a recommendation is about: those that have every one of these. An empty text means "without one". */
export const RecommendationScope = Type.Object({
  projectId: Type.Optional(Id),
  provider: Type.Optional(Text),
  model: Type.Optional(Text),
  feature: Type.Optional(Text),
  /** The id of an API key; 0 is "without one". */
  keyId: Type.Optional(Type.Integer({ minimum: 0 })),
  user: Type.Optional(Text),
  customer: Type.Optional(Text),
  serviceTier: Type.Optional(Text),
  reasoningEffort: Type.Optional(Text),
});

/** What would be different, where it can be priced as a change of the same calls. */
export const RecommendedChange = Type.Union([
  Type.Object({ kind: Type.Literal('model'), provider: Text, model: Text }),
  Type.Object({ kind: Type.Literal('tier'), tier: Type.Enum(['batch', 'flex']) }),
  Type.Object({
    kind: Type.Literal('cache'),
    /** `none`: stop caching. */
    ttl: Type.Enum(['5m', '1h', 'none']),
    prefixTokens: Type.Optional(Count),
  }),
  /** Share of the class's tokens that would remain, 0 to 1. */
  Type.Object({ kind: Type.Literal('tokens'), tokenClass: Text, factor: Type.Number() }),
  /** The calls would not be made. */
  Type.Object({ kind: Type.Literal('avoid') }),
]);

/** A figure behind a recommendation. USD is exact decimal text, shares are numbers from 0 to 1. */
export const EvidenceFigure = Type.Object({
  name: Text,
  /** What a person reads. */
  label: Text,
  unit: Type.Enum(['calls', 'tokens', 'usd', 'share', 'ms', 'text', 'number']),
  value: Type.Union([Text, Type.Number()]),
});

export const RecommendationEvidence = Type.Object({
  /** The period that was looked at. Savings are scaled from its days to 30. */
  from: Instant,
  to: Instant,
  days: Type.Number(),
  /** Of the calls that it is about, in that period. */
  calls: Count,
  tokens: Count,
  cost: UsdText,
  figures: Type.Array(EvidenceFigure),
});

const Person = Type.Object({ id: Id, name: Text });

export const Recommendation = Type.Object({
  id: Id,
  source: Type.Enum([...RECOMMENDATION_SOURCES]),
  /** One of `SAVING_RULES`, or a kind of the analysis'. */
  rule: Text,
  identity: Text,
  title: Text,
  /** Sentences. */
  what: Type.Array(Text),
  /** How to do it. */
  steps: Type.Array(Text),
  snippet: nullable(Type.Object({ language: Text, code: Text })),
  evidence: RecommendationEvidence,
  /** Exact USD in 30 days. */
  savingPerMonth: UsdText,
  /** Its part in `total`: what it adds to those that come before it. 0 where it is not counted. */
  countedPerMonth: UsdText,
  confidence: Level,
  effort: Level,
  risk: Level,
  scope: RecommendationScope,
  /** The project's name. */
  projectName: nullable(Text),
  change: nullable(RecommendedChange),
  /** Filters of the API (`GET /records`, `GET /usage`) that choose the calls behind it, without the period. */
  filters: Type.Record(Text, Type.Array(Text)),
  /** The address of the page that shows the records behind it, below the site's root: `/records?…`. */
  query: Text,
  state: Type.Enum([...RECOMMENDATION_STATES]),
  /** The last look found it, too. */
  applies: Type.Boolean(),
  /** Why it was dismissed. */
  reason: nullable(Text),
  snoozedUntil: nullable(Instant),
  decidedBy: nullable(Person),
  decidedAt: nullable(Instant),
  /** Of several in one group only one can be done: they are alternatives. */
  overlapGroup: nullable(Text),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
});

const Total = Type.Object({
  /** Exact USD in 30 days. Overlapping savings are not added twice. */
  savingPerMonth: UsdText,
  /** What the organization's looked-at calls cost in 30 days. */
  costPerMonth: UsdText,
  recommendations: Count,
  /** How it was added up, in sentences. */
  explanation: Type.Array(Text),
});

export const SavingsRun = Type.Object({
  /** `never`: nobody looked yet. */
  state: Type.Enum(['never', 'waiting', 'running', 'done', 'failed']),
  requestedAt: nullable(Instant),
  startedAt: nullable(Instant),
  finishedAt: nullable(Instant),
  /** Of the last run that finished. */
  from: nullable(Instant),
  to: nullable(Instant),
  calls: nullable(Count),
});

/** `GET /api/v1/recommendations` */
export const RecommendationsQuery = strictObject({
  projectId: Type.Optional(Type.Array(Id, { maxItems: 50 })),
  /** Without it all but those that are gone. */
  state: Type.Optional(
    Type.Array(Type.Enum([...RECOMMENDATION_STATES]), { maxItems: RECOMMENDATION_STATES.length, uniqueItems: true }),
  ),
  source: Type.Optional(Type.Enum([...RECOMMENDATION_SOURCES])),
});

/** `GET /api/v1/recommendations/export`: those of the list as a file. */
export const RecommendationsExportQuery = strictObject({
  ...RecommendationsQuery.properties,
  ...ListExportQuery.properties,
});

/** The dearest first. `total` is of those that are open; without a project the demo project is left out. */
export const RecommendationList = Type.Object({
  recommendations: Type.Array(Recommendation),
  total: Total,
  run: SavingsRun,
});

/** `POST /api/v1/recommendations/find`: looks now. Answered at once with 202; the list says when it is done. */
export const FindSavingsReply = Type.Object({ run: SavingsRun });

/**
 * `POST /api/v1/recommendations/:recommendationId/{accept,dismiss,snooze,reopen}`, for members. A dismissed one stays so until
 * it would save twice of what it would have then; a snoozed one comes back at its time.
 */
export const DismissRequest = strictObject({ reason: Type.String({ minLength: 1, maxLength: 500 }) });
export const SnoozeRequest = strictObject({ until: Instant });

export const MAX_SNOOZE_DAYS = 366;
export const RECOMMENDATION_LIMITS = { title: 200, sentence: 1_000, sentences: 20, name: LIMITS.name } as const;

export type SavingRule = (typeof SAVING_RULES)[number];
export type RecommendationSource = (typeof RECOMMENDATION_SOURCES)[number];
export type RecommendationState = (typeof RECOMMENDATION_STATES)[number];
export type Level = (typeof LEVELS)[number];
export type RecommendationScope = Static<typeof RecommendationScope>;
export type RecommendedChange = Static<typeof RecommendedChange>;
export type EvidenceFigure = Static<typeof EvidenceFigure>;
export type RecommendationEvidence = Static<typeof RecommendationEvidence>;
export type Recommendation = Static<typeof Recommendation>;
export type RecommendationList = Static<typeof RecommendationList>;
export type RecommendationsExportQuery = Static<typeof RecommendationsExportQuery>;
export type RecommendationsQuery = Static<typeof RecommendationsQuery>;
export type SavingsRun = Static<typeof SavingsRun>;
