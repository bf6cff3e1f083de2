import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

/**
 * The price list is the installation's, and shared by its organizations; overrides and aliases are an organization's own.
 * Everybody may read, owners and admins may change. Rates are decimal texts in USD per single unit (or plain factors),
 * by the field names of LiteLLM's file. `null` as the start of a span: since ever; as its end: until further notice.
 */

/** Why a run changed nothing. Programs match on them, so they are never renamed. */
export const PRICE_RUN_CODES = {
  air_gapped: 'AIR_GAPPED is set: nothing is fetched.',
  sync_switched_off: 'PRICING_SYNC is false: nothing is fetched.',
  invalid_url: 'PRICING_SYNC_URL is no http or https address.',
  unreachable: 'The server could not be reached, or broke off.',
  timed_out: 'The server was too slow.',
  bad_status: 'The server answered with another status than 200 or 304.',
  too_many_redirects: 'The server sent from address to address.',
  redirect_refused: 'The server sent to something else than http or https, or from https to http.',
  too_large: 'The file is larger than a price list can be.',
  not_json: 'The file is not JSON.',
  not_an_object: 'The file is JSON, but no object.',
  no_models: 'The file has no model with a usable entry.',
  too_few_models: 'The file has fewer than half of the models of the last good list.',
  too_many_models: 'The file has more models than a price list can have.',
} as const;

export type PriceRunCode = keyof typeof PRICE_RUN_CODES;

export const PRICE_RUN_KINDS = ['sync', 'import', 'correction'] as const;
export const PRICE_RUN_STATUSES = ['applied', 'unchanged', 'refused', 'failed'] as const;
export const PRICE_CHANGE_KINDS = ['added', 'changed', 'removed', 'refused'] as const;

/** A file larger than this is refused, in bytes. */
export const MAX_PRICE_FILE_BYTES = 32 * 1024 * 1024;

const ModelKey = Type.String({ minLength: 1, maxLength: 500 });
const Rates = Type.Record(Type.String(), Type.String());

/** What one price says. */
export const PriceEntry = Type.Object({
  /** LiteLLM's name of the provider, such as `vertex_ai-language-models`. */
  provider: Type.Optional(Type.String()),
  /** LiteLLM's mode: `chat`, `embedding`, … */
  mode: Type.Optional(Type.String()),
  rates: Rates,
  limits: Type.Optional(
    Type.Object({
      maxInputTokens: Type.Optional(Type.Integer()),
      maxOutputTokens: Type.Optional(Type.Integer()),
      maxTokens: Type.Optional(Type.Integer()),
      promptCacheMinTokens: Type.Optional(Type.Integer()),
    }),
  ),
});

/** One attempt to change the list. */
export const PriceRun = Type.Object({
  /** `null` for a preview. */
  id: nullable(Id),
  kind: Type.Enum([...PRICE_RUN_KINDS]),
  status: Type.Enum([...PRICE_RUN_STATUSES]),
  /** Set where it was refused or failed. */
  code: nullable(Type.Enum(Object.keys(PRICE_RUN_CODES) as PriceRunCode[])),
  message: nullable(Type.String()),
  source: Type.String(),
  edition: nullable(Type.String()),
  etag: nullable(Type.String()),
  effectiveFrom: nullable(Instant),
  startedAt: Instant,
  finishedAt: Instant,
  /** `null`: the schedule, the command line, or somebody of another organization. */
  startedBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  models: Type.Integer(),
  added: Type.Integer(),
  changed: Type.Integer(),
  /** Gone from the list; their last price goes on. */
  removed: Type.Integer(),
  /** Models with a rate that moved by more than five times. */
  flagged: Type.Integer(),
  /** Entries that were left out; the models' last prices stay. */
  refused: Type.Integer(),
});

export const RateChange = Type.Object({
  /** Name of the rate. */
  rate: Type.String(),
  before: nullable(Type.String()),
  after: nullable(Type.String()),
  /** It moved by more than five times. */
  flagged: Type.Boolean(),
});

/** What a run did to one model. */
export const PriceChange = Type.Object({
  /** `null` in a preview. */
  runId: nullable(Id),
  modelKey: Type.String(),
  kind: Type.Enum([...PRICE_CHANGE_KINDS]),
  before: nullable(PriceEntry),
  after: nullable(PriceEntry),
  /** The rates that differ. */
  rates: Type.Array(RateChange),
  flagged: Type.Boolean(),
  acknowledgedAt: nullable(Instant),
  /** From when it holds. */
  effectiveFrom: nullable(Instant),
  /** It can be declared a correction: it replaced an earlier price, and was neither corrected nor replaced itself. */
  correctable: Type.Boolean(),
  /** The run that declared it a correction. */
  correctedBy: nullable(Id),
  /** Why the entry was refused, and by which of its fields. */
  refusal: nullable(Type.Object({ reason: Type.String(), field: Type.String() })),
});

const Limit = (most: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: usual }));
const Cursor = Type.Optional(Type.String({ maxLength: 600 }));

/** `GET /api/v1/prices/runs` → `PriceRunPage`, the newest first. */
export const PriceRunQuery = strictObject({
  limit: Limit(100, 20),
  cursor: Cursor,
  status: Type.Optional(Type.Array(Type.Enum([...PRICE_RUN_STATUSES]), { maxItems: 4 })),
});
export const PriceRunPage = Type.Object({ runs: Type.Array(PriceRun), nextCursor: nullable(Type.String()) });

/** `GET /api/v1/prices/runs/:runId` → `PriceRun`; `GET /api/v1/prices/runs/:runId/changes` → `PriceChangePage`, by model. */
export const PriceChangeQuery = strictObject({
  kind: Type.Optional(Type.Array(Type.Enum([...PRICE_CHANGE_KINDS]), { maxItems: 4 })),
  flagged: Type.Optional(Type.Boolean()),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Limit(200, 50),
  cursor: Cursor,
});
export const PriceChangePage = Type.Object({ changes: Type.Array(PriceChange), nextCursor: nullable(Type.String()) });

/** `GET /api/v1/prices/flagged` → `PriceChangePage`: flagged changes of all runs, the newest first. */
export const FlaggedQuery = strictObject({
  /** Also those that somebody has looked at. */
  all: Type.Optional(Type.Boolean({ default: false })),
  limit: Limit(200, 50),
  cursor: Cursor,
});

/** `POST /api/v1/prices/runs/:runId/acknowledge`: somebody has looked at flagged changes. Without keys: at all of the run. */
export const AcknowledgeRequest = strictObject({
  modelKeys: Type.Optional(Type.Array(ModelKey, { minItems: 1, maxItems: 1_000 })),
});
export const AcknowledgeReply = Type.Object({ acknowledged: Type.Integer() });

/**
 * `POST /api/v1/prices/corrections`: a change held already before it came. With `runId` the changes of that run (all, or
 * those of `modelKeys`), else the present price of each of `modelKeys`.
 */
export const CorrectionRequest = strictObject({
  runId: Type.Optional(Id),
  modelKeys: Type.Optional(Type.Array(ModelKey, { minItems: 1, maxItems: 1_000 })),
  /** Before the change; `null`: since ever. */
  since: nullable(Instant),
});
export const AffectedSpan = Type.Object({
  modelKey: Type.String(),
  /** Inclusive. */
  from: nullable(Instant),
  /** Exclusive. */
  to: Instant,
});
/** `201`. Records inside the spans now have another price: re-costing can be offered. */
export const CorrectionReply = Type.Object({ run: PriceRun, affected: Type.Array(AffectedSpan) });

/** `GET /api/v1/prices/sync`; `POST` queues a run and answers the same with `202`. */
export const PriceSyncState = Type.Object({
  enabled: Type.Boolean(),
  /** Why not: `air_gapped`, `sync_switched_off` or `invalid_url`. */
  disabledBy: nullable(Type.Enum(['air_gapped', 'sync_switched_off', 'invalid_url'])),
  source: Type.String(),
  /** A run that somebody asked for waits or works. */
  queued: Type.Boolean(),
  lastRun: nullable(PriceRun),
  /** The last one that reached the source and found its prices good. */
  lastGoodRun: nullable(PriceRun),
  /** When prices are looked at next by themselves, at the latest. */
  nextRunAt: nullable(Instant),
  /** Models with a price in effect. */
  models: Type.Integer(),
  unacknowledged: Type.Integer(),
});

/**
 * `POST /api/v1/prices/import`: the body is the price file itself, LiteLLM's or our own form, as `application/json`, up to
 * `MAX_PRICE_FILE_BYTES`. Answers `200` also where the file was refused: `run.status` says so.
 */
export const PriceImportQuery = strictObject({
  /** From when it holds; default: now. Where later prices are known already, it holds until these. */
  effectiveFrom: Type.Optional(Instant),
  /** `YYYY-MM` or `YYYY-MM-DD`; default: what the file says, else the day from which it holds. */
  edition: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}(-\\d{2})?$' })),
  fileName: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** Shows what would change, and changes nothing. */
  dryRun: Type.Optional(Type.Boolean({ default: false })),
});
export const PriceImportReply = Type.Object({
  run: PriceRun,
  /** The first 500, flagged ones first; all of an applied run are at `/prices/runs/:runId/changes`. */
  changes: Type.Array(PriceChange),
  dryRun: Type.Boolean(),
});

/** A price as it holds for the organization. */
export const CurrentPrice = Type.Object({
  /** As records name it: a version of the list, or the negative id of an override. */
  versionId: Type.Integer(),
  origin: Type.Enum(['list', 'override']),
  /** With the organization's override laid over it. */
  entry: PriceEntry,
  /** Set where the entry has no usable rate. */
  gap: nullable(Type.String()),
});

/** `GET /api/v1/prices/models` → `ModelsInUse`: the models that the organization called, the dearest first. */
export const ModelsInUseQuery = strictObject({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: 30 })),
  /** Inclusive, widened to a whole quarter of an hour; in the place of `days`. */
  from: Type.Optional(Instant),
  /** Exclusive. Default: now. */
  to: Type.Optional(Instant),
  projectId: Type.Optional(Type.Array(Id, { maxItems: 50 })),
});
export const ModelInUse = Type.Object({
  provider: Type.String(),
  model: Type.String(),
  calls: Type.Integer(),
  pricedCalls: Type.Integer(),
  unpricedCalls: Type.Integer(),
  unreadableCalls: Type.Integer(),
  approximateCalls: Type.Integer(),
  cost: UsdText,
  lastCallAt: Instant,
  /** The model's key in the price list and the rule that finds it today; `null` where none does. */
  modelKey: nullable(Type.String()),
  matchedBy: nullable(Type.String()),
  otherProvider: Type.Boolean(),
  price: nullable(CurrentPrice),
});
export const ModelsInUse = Type.Object({
  from: Instant,
  to: Instant,
  models: Type.Array(ModelInUse),
  /** There are more than are listed. */
  truncated: Type.Boolean(),
});

/** `GET /api/v1/prices/catalog` → `CatalogPage`: all keys that a price is known for, names that begin with `search` first. */
export const CatalogQuery = strictObject({
  search: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Limit(200, 50),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 })),
});
export const CatalogPage = Type.Object({
  /** That match, on all pages. */
  total: Type.Integer(),
  models: Type.Array(Type.Object({ modelKey: Type.String(), price: nullable(CurrentPrice) })),
});

/** `GET /api/v1/prices/history?modelKey=…` → `PriceHistory` */
export const PriceHistoryQuery = strictObject({ modelKey: ModelKey });
export const PriceHistoryVersion = Type.Object({
  id: Id,
  effectiveFrom: nullable(Instant),
  effectiveTo: nullable(Instant),
  /** Before this the price is only assumed to have held: the first version reaches back. */
  knownFrom: Instant,
  recordedAt: Instant,
  /** `null`: what is known now. What was known at T: `recordedAt <= T < supersededAt`. */
  supersededAt: nullable(Instant),
  origin: Type.Enum(['snapshot', 'sync', 'import', 'correction']),
  edition: Type.String(),
  entry: PriceEntry,
});

/** `POST /api/v1/prices/overrides` → `201 PriceOverride` */
export const NewPriceOverride = strictObject({
  /** A key of the price list, or the name of a model that it does not have, as it is sent. */
  modelKey: ModelKey,
  /** Required for a model that the price list does not have. */
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  mode: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** `override` (the default): laid over the list's rates. `replacement`: stands alone. */
  kind: Type.Optional(Type.Enum(['override', 'replacement'])),
  rates: Rates,
  /** Default: since ever. */
  effectiveFrom: Type.Optional(nullable(Instant)),
  effectiveTo: Type.Optional(nullable(Instant)),
  note: Type.Optional(Type.String({ maxLength: 1_000 })),
});
/** `GET /api/v1/prices/overrides` → `{overrides}`: those that hold, will hold or have held; not those that were withdrawn. */
export const PriceOverride = Type.Object({
  id: Id,
  modelKey: Type.String(),
  provider: nullable(Type.String()),
  mode: nullable(Type.String()),
  kind: Type.Enum(['override', 'replacement']),
  rates: Rates,
  effectiveFrom: nullable(Instant),
  effectiveTo: nullable(Instant),
  state: Type.Enum(['active', 'future', 'ended']),
  note: nullable(Type.String()),
  createdBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  createdAt: Instant,
});
export const PriceOverrideList = Type.Object({ overrides: Type.Array(PriceOverride) });
/**
 * `PUT /api/v1/prices/overrides/:overrideId` → `PriceOverride` with an id of its own: the old one is deleted in the same step.
 * `POST /api/v1/prices/overrides/:overrideId/end` → `PriceOverride`; `at` default: now.
 * `DELETE /api/v1/prices/overrides/:overrideId` → `204`: as if it had never held.
 */
export const EndOverrideRequest = strictObject({ at: Type.Optional(Instant) });

/** `GET /api/v1/prices/aliases` → `{aliases}`; `POST` → `201 ModelAlias`; `DELETE /api/v1/prices/aliases/:aliasId` → `204`. */
export const NewModelAlias = strictObject({
  /** As it is sent, such as the name of an Azure deployment. */
  name: Type.String({ minLength: 1, maxLength: 200 }),
  /** Default: any provider. */
  provider: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 100 }))),
  /** A key of the price list or of an override. */
  modelKey: ModelKey,
});
/** `PATCH /api/v1/prices/aliases/:aliasId` → `ModelAlias` */
export const ModelAliasChange = strictObject({ modelKey: ModelKey });
export const ModelAlias = Type.Object({
  id: Id,
  name: Type.String(),
  provider: nullable(Type.String()),
  modelKey: Type.String(),
  createdBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  createdAt: Instant,
});
export const ModelAliasList = Type.Object({ aliases: Type.Array(ModelAlias) });

export const PriceHistory = Type.Object({
  modelKey: Type.String(),
  /** Everything that was ever known, in the order of the start, then of recording. */
  versions: Type.Array(PriceHistoryVersion),
  /** The organization's own for this model. */
  overrides: Type.Array(PriceOverride),
});

export type PriceEntry = Static<typeof PriceEntry>;
export type PriceRun = Static<typeof PriceRun>;
export type RateChange = Static<typeof RateChange>;
export type PriceChange = Static<typeof PriceChange>;
export type PriceRunQuery = Static<typeof PriceRunQuery>;
export type PriceRunPage = Static<typeof PriceRunPage>;
export type PriceChangeQuery = Static<typeof PriceChangeQuery>;
export type PriceChangePage = Static<typeof PriceChangePage>;
export type FlaggedQuery = Static<typeof FlaggedQuery>;
export type CorrectionRequest = Static<typeof CorrectionRequest>;
export type AffectedSpan = Static<typeof AffectedSpan>;
export type CorrectionReply = Static<typeof CorrectionReply>;
export type PriceSyncState = Static<typeof PriceSyncState>;
export type PriceImportReply = Static<typeof PriceImportReply>;
export type CurrentPrice = Static<typeof CurrentPrice>;
export type ModelsInUseQuery = Static<typeof ModelsInUseQuery>;
export type ModelInUse = Static<typeof ModelInUse>;
export type ModelsInUse = Static<typeof ModelsInUse>;
export type CatalogQuery = Static<typeof CatalogQuery>;
export type CatalogPage = Static<typeof CatalogPage>;
export type PriceHistory = Static<typeof PriceHistory>;
export type PriceHistoryVersion = Static<typeof PriceHistoryVersion>;
export type NewPriceOverride = Static<typeof NewPriceOverride>;
export type PriceOverride = Static<typeof PriceOverride>;
export type NewModelAlias = Static<typeof NewModelAlias>;
export type ModelAlias = Static<typeof ModelAlias>;
