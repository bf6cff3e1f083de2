import type { UsageRecord } from '../contract/usage.ts';
import { HOUR } from './calendar.ts';
import type { Caller } from './caller.ts';
import { errorTypeOf, type Failure } from './failures.ts';
import type { Random } from './random.ts';
import { isoInstant, uuidV7 } from './text.ts';
import type { FeatureProfile, ModelProfile } from './types.ts';
import { type CallCounts, type Finish, shapeOf } from './usage-shapes.ts';

/** Clients give up after this time. */
const TIMEOUT_MS = { interactive: 60_000, background: 300_000 };
const TIER_SLOWDOWN = { flex: 3, priority: 0.8 };
const FIRST_TOKEN_JITTER = 0.28;
const SPEED_JITTER = 0.16;
/** Providers are slower while America works; the peak is at 17 UTC. */
const BUSY_SLOWDOWN = 0.22;

/** Takes a finished record with the time of its call. */
export type Emit = (at: number, record: UsageRecord) => void;

/** One call, before it is written as its provider and sender would. */
export interface Call {
  feature: FeatureProfile;
  model: ModelProfile;
  caller: Caller;
  at: number;
  counts: CallCounts;
  finish: Finish;
  failure: Failure | undefined;
  attempts: number;
  requestHash: string;
  prefixHash: string;
  traceId: string;
}

interface CallTimes {
  firstTokenMs: number;
  latencyMs: number;
}

/** How long the call took. A stream that breaks loses the rest of its answer. */
export function timesOf(call: Call, random: Random): CallTimes {
  const { feature, model, counts, failure } = call;
  if (failure === 'timeout') {
    const latencyMs = (feature.interactive ? TIMEOUT_MS.interactive : TIMEOUT_MS.background) + random.below(40);
    return { firstTokenMs: latencyMs, latencyMs };
  }
  const hour = (call.at % (24 * HOUR)) / HOUR;
  const busy = 1 + BUSY_SLOWDOWN * Math.max(0, Math.sin(((hour - 11) * Math.PI) / 12));
  const slow = busy * (feature.tier ? TIER_SLOWDOWN[feature.tier] : 1);
  if (failure && failure !== 'interrupted') {
    const perAttempt = 0.4 * model.firstTokenMs * random.jitter(FIRST_TOKEN_JITTER);
    const latencyMs = Math.round(call.attempts * perAttempt + (call.attempts - 1) * 1_100 * random.jitter(0.3));
    return { firstTokenMs: latencyMs, latencyMs };
  }
  if (failure === 'interrupted') counts.output = Math.floor(counts.output * random.fraction());
  const tokenMs = (1_000 * slow) / (model.tokensPerSecond * random.jitter(SPEED_JITTER));
  const prefillMs = (model.prefillMsPer1k * (counts.promptTokens - counts.cacheRead)) / 1_000;
  const startMs = slow * (model.firstTokenMs * random.jitter(FIRST_TOKEN_JITTER) + prefillMs);
  const repeatedMs = call.attempts > 1 ? 1_200 * random.jitter(0.5) : 0;
  const firstTokenMs = repeatedMs + startMs + counts.reasoning * tokenMs;
  return {
    firstTokenMs: Math.round(firstTokenMs),
    latencyMs: Math.round(firstTokenMs + counts.output * tokenMs),
  };
}

/** The call as its sender reports it. */
export function recordOf(call: Call, times: CallTimes, random: Random): UsageRecord {
  const { feature, model, caller, failure, counts } = call;
  const shape = shapeOf(model.source);
  const isEmbedding = model.source === 'openai.embeddings';
  // Claude's streams begin with the usage of the prompt, so a broken one is known to be paid; OpenAI's end with it.
  const isPaid = !failure || (failure === 'interrupted' && model.source === 'anthropic.messages');
  const record: UsageRecord = {
    id: uuidV7(call.at, random),
    timestamp: isoInstant(call.at),
    source: model.source,
    provider: model.provider,
    model: model.model,
    status: failure ? 'error' : 'ok',
    latencyMs: times.latencyMs,
    attempts: call.attempts,
    streamed: feature.streamed,
    interactive: feature.interactive,
    requestHash: call.requestHash,
    environment: caller.environment,
    traceId: call.traceId,
  };
  // What nearly all records have comes first: objects that grow in the same order are several times faster to build.
  if (isPaid) record.usage = shape.usage(counts);
  if (!caller.anonymous) {
    record.feature = feature.name;
    record.tags = { ...caller.tags };
    if (caller.user) record.user = caller.user;
  }
  if (caller.customer) record.customer = caller.customer;
  if (isPaid && shape.responseId) record.responseId = shape.responseId(random);
  if (!failure && !isEmbedding) record.finishReason = shape.finish[call.finish];
  if (feature.prefixTokens > 0) record.prefixHash = call.prefixHash;
  if (feature.maxOutputTokens) record.maxOutputTokens = feature.maxOutputTokens;
  if (feature.streamed && isPaid) record.timeToFirstTokenMs = times.firstTokenMs;
  if (caller.session) record.session = caller.session;
  const tier = isTiered(call) ? feature.tier : undefined;
  if (isPaid && shape.tier) record.serviceTier = tier ?? shape.tier;
  if (counts.thinks && feature.reasoning && shape.tier === 'default') record.reasoningEffort = feature.reasoning.effort;
  if (tier) record.requestedTier = tier;
  if (model.region) record.region = model.region;
  if (failure) record.errorType = errorTypeOf(model.source, failure);
  return record;
}

function isTiered({ feature, model }: Call): boolean {
  return feature.tier !== undefined && model.provider === 'openai' && model.source !== 'openai.embeddings';
}
