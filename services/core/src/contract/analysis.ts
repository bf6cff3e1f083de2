import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

/** Why no analysis can be made now, and what to do about it. */
export const ANALYSIS_OBSTACLES = {
  no_worker: 'No worker has started since the update. Start one; then look again.',
  air_gapped:
    'This installation is air-gapped: nothing leaves it, so no analysis by Claude can be made. The rules work all the same.',
  no_key:
    'There is no key for Anthropic’s API. Whoever runs this installation sets ANTHROPIC_API_KEY for the worker and restarts it.',
  not_enabled: 'Nobody has allowed analyses for this organization. An owner or admin can.',
  no_project: 'The project in which the analysis’s own cost is recorded is gone. An owner or admin chooses another.',
  daily_limit:
    'Today’s analyses are used up. Tomorrow there are new ones; whoever runs the installation can raise ANALYSIS_DAILY_LIMIT.',
  running: 'An analysis is under way. Wait for it, or cancel it.',
} as const;

/** Why an analysis ended without a result. */
export const ANALYSIS_FAILURES = {
  air_gapped: 'This installation is air-gapped by now: nothing was sent.',
  no_key: 'There is no key for Anthropic’s API any more: nothing was sent.',
  not_enabled: 'Analyses were switched off meanwhile: nothing was sent.',
  document_changed:
    'What would be sent is not what you were shown: a setting, the model, or the text itself has changed meanwhile. Nothing was sent. Look at a new preview.',
  capture_off:
    'A project whose texts were chosen does not allow capturing any more: nothing was sent. Look at a new preview.',
  unauthorized: 'Anthropic does not accept the key. Whoever runs this installation checks ANTHROPIC_API_KEY.',
  billing: 'Anthropic says that the account behind the key cannot pay. Check its credit.',
  model_unknown: 'Anthropic does not know the model, or the key may not use it. Check ANALYSIS_MODEL.',
  bad_request:
    'Anthropic refused the request as not valid. The model may not take requests of this form; check ANALYSIS_MODEL.',
  too_large: 'The document is too large for the model. Choose fewer projects or a shorter period.',
  rate_limited: 'Anthropic’s rate limit is reached, and stayed so. Try again later.',
  overloaded: 'Anthropic is overloaded, and stayed so. Try again later.',
  provider_error: 'Anthropic answered with an error of its own. Try again later.',
  timeout: 'Claude did not answer in time. The request may have been billed. Try again later.',
  connection:
    'The connection to Anthropic failed or broke off. The request may have been billed. Check the way out and ANTHROPIC_BASE_URL.',
  refused: 'Claude refused to answer.',
  cut_off: 'The answer was longer than it may be, and so is not whole. Choose fewer projects or a shorter period.',
  invalid_answer: 'The answer did not have the form that was asked for, and neither had its repair.',
  interrupted:
    'The worker was stopped while Claude answered. The request may have been billed; it was not sent again. Start another analysis.',
  internal: 'Something went wrong on the server; its log says what.',
} as const;

export const ANALYSIS_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export const ANALYSIS_STAGES = ['waiting', 'asking', 'repairing', 'pricing', 'ended'] as const;

/** The most samples of captured text in a document. */
export const MAX_ANALYSIS_SAMPLES = 12;

const enumOf = <T extends Record<string, string>>(codes: T) => Type.Enum(Object.keys(codes) as (keyof T & string)[]);
const Count = Type.Integer({ minimum: 0 });
/** A text that a model wrote, or that has one in it: shown as plain text, never as markup or as a link. */
const PlainText = Type.String();
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, lower-case hex' });

/** `GET /api/v1/analysis`: whether an analysis can be made, and what it would use. */
export const AnalysisStatus = Type.Object({
  ready: Type.Boolean(),
  /** The first thing in the way, with what to do, as a sentence. */
  obstacle: nullable(Type.Object({ code: enumOf(ANALYSIS_OBSTACLES), text: Type.String() })),
  enabled: Type.Boolean(),
  /** In which an analysis's own usage is recorded. */
  project: nullable(Type.Object({ id: Id, name: Type.String() })),
  changedBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  changedAt: nullable(Instant),
  /** What documents are sent to; `null` until a worker has told. */
  model: nullable(Type.String()),
  host: nullable(Type.String()),
  /** On the organization's day. */
  dailyLimit: nullable(Count),
  usedToday: Count,
  /** The analysis that is under way. */
  runningId: nullable(Id),
  /** Projects that capture text, so that samples can be offered. */
  capturingProjects: Type.Array(Type.Object({ id: Id, name: Type.String() })),
});

/** `PUT /api/v1/analysis` → `AnalysisStatus`. Owners and admins; in the audit log. */
export const AnalysisSettings = strictObject({ enabled: Type.Boolean(), projectId: Id });

/**
 * `POST /api/v1/analysis/preview`: makes the document and sends nothing. Samples are in it only where
 * `includeSamples` is true, and of those only the ones that are not left out.
 */
export const AnalysisRequest = strictObject({
  from: Instant,
  to: Instant,
  /** Default: all but the demo project. */
  projectId: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true })),
  includeSamples: Type.Optional(Type.Boolean({ default: false })),
  /** Ids of samples of an earlier preview that shall not be sent. */
  leaveOut: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 })),
});

/** A captured text as it would be sent: redacted, with pseudonyms. */
export const AnalysisSample = Type.Object({
  id: Type.String(),
  project: Type.Object({ id: Id, name: Type.String() }),
  feature: nullable(Type.String()),
  timestamp: Instant,
  prompt: nullable(PlainText),
  response: nullable(PlainText),
  /** How much was taken out of it, by kind: `{"email": 1, "name": 2}`. */
  redacted: Type.Record(Type.String(), Type.Integer()),
});

export const AnalysisPreview = Type.Object({
  id: Id,
  /** Exactly what is sent as the message, to the byte. */
  document: Type.String(),
  /** SHA-256 of its UTF-8. */
  documentHash: Hash,
  documentBytes: Count,
  /** What is sent besides: the same for every organization. */
  instructions: Type.String(),
  /** The form that the answer must have, as JSON schema. */
  answerForm: Type.String(),
  model: Type.String(),
  host: Type.String(),
  samples: Type.Array(AnalysisSample),
  /** Estimated: what it may cost at most, and `null` where the model has no price. */
  estimate: Type.Object({ inputTokens: Count, maxOutputTokens: Count, maxCost: nullable(UsdText) }),
  /** Until then it can be begun. */
  expiresAt: Instant,
});

/** `POST /api/v1/analyses` → 202 `Analysis`: sends what the preview has shown. 409 `conflict` when it has changed. */
export const NewAnalysis = strictObject({ previewId: Id, documentHash: Hash });

export const ANALYSIS_ACTIONS = [
  'switch_model',
  'use_batch',
  'change_tier',
  'add_caching',
  'shorten_prompts',
  'lower_max_tokens',
  'lower_effort',
  'advice',
] as const;

export const AnalysisFinding = Type.Object({
  title: PlainText,
  explanation: PlainText,
  steps: Type.Array(PlainText),
  action: Type.Enum([...ANALYSIS_ACTIONS]),
  /** What the action is about and its parameters, for people: `[{name: 'feature', value: 'chat'}, {name: 'to', value: '…'}]`. */
  details: Type.Array(Type.Object({ name: Type.String(), value: PlainText })),
  confidence: Type.Enum(['low', 'medium', 'high']),
  effort: Type.Enum(['low', 'medium', 'high']),
  risk: Type.Enum(['low', 'medium', 'high']),
  /** Worked out by our engine over the calls themselves; `null` where it cannot be, and `noSaving` says why. */
  monthlySaving: nullable(UsdText),
  noSaving: nullable(Type.Enum(['advice', 'not_computable', 'no_saving', 'no_calls'])),
  /** The calls that it is about: filters of `GET /api/v1/records`. */
  filter: Type.Record(Type.String(), Type.Array(Type.String())),
  /** Where it became one. */
  recommendationId: nullable(Id),
});

export const Analysis = Type.Object({
  id: Id,
  state: Type.Enum([...ANALYSIS_STATES]),
  stage: Type.Enum([...ANALYSIS_STAGES]),
  /** 0 to 1. */
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  failure: nullable(Type.Object({ code: enumOf(ANALYSIS_FAILURES), text: Type.String() })),
  from: Instant,
  to: Instant,
  projectIds: Type.Array(Id),
  samples: Count,
  documentHash: Hash,
  documentBytes: Count,
  model: Type.String(),
  host: Type.String(),
  /** How often something was sent: once, or twice where the answer had to be repaired. */
  requests: Count,
  inputTokens: Count,
  outputTokens: Count,
  /** By our price list; `null` where the model has no price there. */
  cost: nullable(UsdText),
  /** A request was broken off: it may have cost more than is known. */
  costIncomplete: Type.Boolean(),
  createdBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  startedAt: Instant,
  finishedAt: nullable(Instant),
  expiresAt: Instant,
  summary: nullable(PlainText),
  findings: Type.Array(AnalysisFinding),
  /** Findings of the model that were about things that do not exist, or had no sense. */
  discarded: Count,
});

/** `GET /api/v1/analyses`: the newest first, the last 100. */
export const AnalysisList = Type.Object({ analyses: Type.Array(Analysis) });

/** `GET`, `DELETE /api/v1/analyses/:analysisId`; `POST /api/v1/analyses/:analysisId/cancel` → 202 `Analysis`. */
export const AnalysisPath = Type.Object({ analysisId: Id });

export type AnalysisObstacle = keyof typeof ANALYSIS_OBSTACLES;
export type AnalysisFailure = keyof typeof ANALYSIS_FAILURES;
export type AnalysisState = (typeof ANALYSIS_STATES)[number];
export type AnalysisStage = (typeof ANALYSIS_STAGES)[number];
export type AnalysisAction = (typeof ANALYSIS_ACTIONS)[number];
export type AnalysisStatus = Static<typeof AnalysisStatus>;
export type AnalysisSettings = Static<typeof AnalysisSettings>;
export type AnalysisRequest = Static<typeof AnalysisRequest>;
export type AnalysisSample = Static<typeof AnalysisSample>;
export type AnalysisPreview = Static<typeof AnalysisPreview>;
export type NewAnalysis = Static<typeof NewAnalysis>;
export type AnalysisFinding = Static<typeof AnalysisFinding>;
export type Analysis = Static<typeof Analysis>;
export type AnalysisList = Static<typeof AnalysisList>;
