import Type, { type Static } from 'typebox';
import { BudgetState } from './budgets.ts';
import { Instant } from './common.ts';
import { LIMITS } from './limits.ts';

export { LIMITS };

const Name = Type.String({ minLength: 1, maxLength: LIMITS.name });
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
const Milliseconds = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const Hash = Type.String({ pattern: '^[0-9a-f]{32}$', description: '128 bits as lower-case hex' });

/** One call to a model, as its sender reports it. Absent and `null` mean the same: not known. */
export const UsageRecord = Type.Object(
  {
    /** Idempotency key, a UUIDv7 made once by the sender. The same id sent again is counted as a duplicate. */
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** When the call started. Without it, the time inside the UUIDv7 id. */
    timestamp: Type.Optional(Instant),
    /** Who made the usage object, which decides how it is read, e.g. `openai.chat`, `anthropic.messages`, `normalized`. */
    source: Type.String({ minLength: 1, maxLength: 64 }),
    /** LiteLLM's provider name, e.g. `openai`, `bedrock`, `azure`. Default: the source's own provider. */
    provider: Type.Optional(Name),
    model: Name,
    /** The provider's usage object as it came; for `normalized` disjoint counts by token class. */
    usage: Type.Optional(Type.Unknown()),
    /** What is billed by unit and not reported in the usage object: `seconds`, `images`, `characters`, `pages`, … */
    units: Type.Optional(Type.Record(Type.String(), Type.Number({ minimum: 0 }))),
    status: Type.Optional(Type.Enum(['ok', 'error'])),
    errorType: Type.Optional(Name),
    latencyMs: Type.Optional(Milliseconds),
    timeToFirstTokenMs: Type.Optional(Milliseconds),
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    streamed: Type.Optional(Type.Boolean()),
    finishReason: Type.Optional(Name),
    /** The tier that the provider says it served. */
    serviceTier: Type.Optional(Name),
    requestedTier: Type.Optional(Name),
    speed: Type.Optional(Name),
    region: Type.Optional(Name),
    reasoningEffort: Type.Optional(Name),
    maxOutputTokens: Type.Optional(Count),
    /** A person waits for the answer. `false` marks background work, which could run as a batch. */
    interactive: Type.Optional(Type.Boolean()),
    /** Keyed hash of the whole request, and of its stable prefix: they find duplicates and cacheable prefixes. */
    requestHash: Type.Optional(Hash),
    prefixHash: Type.Optional(Hash),
    feature: Type.Optional(Name),
    environment: Type.Optional(Name),
    user: Type.Optional(Name),
    session: Type.Optional(Name),
    customer: Type.Optional(Name),
    tags: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: LIMITS.tagKey }), Type.String({ maxLength: LIMITS.tagValue })),
    ),
    traceId: Type.Optional(Name),
    /** The provider's id of the response: two records of the same response are counted once. */
    responseId: Type.Optional(Name),
    /** The provider's own figure in USD, kept beside ours and never in its place. */
    reportedCost: Type.Optional(Type.String({ pattern: '^\\d{1,7}(\\.\\d{1,24})?$' })),
    /** Captured text. Stored only where the project allows it, at most 500 characters each. */
    content: Type.Optional(
      Type.Object({ prompt: Type.Optional(Type.String()), response: Type.Optional(Type.String()) }),
    ),
  },
  { additionalProperties: false },
);

/** `POST /v1/usage`: one record, or a batch. */
export const UsageRequest = Type.Union([
  UsageRecord,
  Type.Object({ records: Type.Array(UsageRecord, { minItems: 1, maxItems: LIMITS.recordsPerRequest }) }),
]);

/** Why one record of a batch was refused. The others are stored. */
export const REJECTION_CODES = [
  'invalid_field',
  'unknown_source',
  'provider_required',
  'timestamp_required',
  'timestamp_too_old',
  'timestamp_in_future',
  'invalid_character',
  'invalid_usage',
  'count_too_large',
  'cost_too_large',
] as const;

export const Rejection = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  code: Type.Enum([...REJECTION_CODES]),
  field: Type.String(),
  message: Type.String(),
});

/** Everything in `accepted` and `duplicates` is committed when this reply is sent. */
export const UsageReply = Type.Object({
  accepted: Type.Integer({ minimum: 0 }),
  duplicates: Type.Integer({ minimum: 0 }),
  rejected: Type.Array(Rejection),
  /** Where the request asks for them: the budgets that cover the records, as they are with them. */
  budgets: Type.Optional(Type.Array(BudgetState)),
});

/** A header of `POST /v1/usage`: `include` asks for `budgets` in the reply. */
export const BUDGETS_HEADER = 'tokengrip-budgets';

export type UsageRecord = Static<typeof UsageRecord>;
export type UsageRequest = Static<typeof UsageRequest>;
export type RejectionCode = (typeof REJECTION_CODES)[number];
export type Rejection = Static<typeof Rejection>;
export type UsageReply = Static<typeof UsageReply>;
