import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { DAY, MINUTE } from '../../clock.ts';
import { LIMITS, type RejectionCode, UsageRecord } from '../../contract/usage.ts';
import type { Catalog } from '../../cost/catalog.ts';
import { parseUsd } from '../../cost/money.ts';
import { fieldProblems } from '../../http/field-problems.ts';
import { defaultProvider, isUsageSource } from '../../usage/sources.ts';
import type { KeyOwner } from '../keys/authenticate-key.ts';
import { cutContent } from './cut-content.ts';
import { makeEventId, readEventId } from './event-id.ts';
import { isPlausibleCost, type Metered, meterCall } from './meter-call.ts';
import type { PreparedRecord, RefusedRecord } from './prepared-record.ts';
import { canStore, findUnstorableText, isDeeperThan } from './unstorable-text.ts';

/** What a record is checked against. */
export interface RecordContext {
  owner: Pick<KeyOwner, 'projectId' | 'keyId' | 'captureContent' | 'retentionDays'> | SampleOwner;
  catalog: Catalog;
  now: Date;
}

/** Generated traffic belongs to no key. */
interface SampleOwner {
  projectId: number;
  keyId: null;
  captureContent: boolean;
  retentionDays: number;
}

/** How far ahead a sender's clock may be. */
const MAX_CLOCK_SKEW_MS = 10 * MINUTE;
/** No provider nests its usage deeper; the database and every reader recurse over it. */
const MAX_DEPTH = 12;

/** What a property may hold. Whether it is known is looked up; the compiled schema would try a pattern for each. */
const validator = Compile(Type.Object(UsageRecord.properties));
const isKnown = (name: string) => Object.hasOwn(UsageRecord.properties, name);

/**
 * Checks one record of a sender, reads its usage into the normal form and prices it. Nothing of it is trusted, and a
 * paid call is never refused because its usage object is odd: it is kept as it came, unreadable or unpriced.
 */
export function prepareRecord(input: unknown, context: RecordContext): PreparedRecord | RefusedRecord {
  const given = withoutNulls(input);
  if (!validator.Check(given)) {
    const [problem] = fieldProblems(validator.Errors(given));
    return refuse('invalid_field', problem?.field ?? '', problem?.message ?? 'does not have the expected form');
  }
  for (const name in given) if (!isKnown(name)) return refuse('invalid_field', name, 'is not known here');
  if (!canStore(given, MAX_DEPTH + 1)) return refuseContent(given);
  if (!isUsageSource(given.source)) {
    return refuse('unknown_source', 'source', `is not a known source: ${JSON.stringify(given.source)}`);
  }
  const provider = given.provider ?? defaultProvider(given.source);
  if (provider === undefined)
    return refuse('provider_required', 'provider', `is required for the source ${given.source}`);
  if (given.tags && Object.keys(given.tags).length > LIMITS.tags) {
    return refuse('invalid_field', 'tags', `must have at most ${LIMITS.tags} entries`);
  }
  const when = readTime(given, context);
  if ('code' in when) return when;
  const metered = meterCall(given, { source: given.source, provider, ts: when.ts, catalog: context.catalog });
  if ('code' in metered) return metered;
  return toPrepared(given, { ...context, provider, when, metered });
}

export const isRefused = (result: PreparedRecord | RefusedRecord): result is RefusedRecord => 'code' in result;

const refuse = (code: RejectionCode, field: string, message: string): RefusedRecord => ({ code, field, message });

function refuseContent(given: UsageRecord): RefusedRecord {
  if (isDeeperThan(given.usage, MAX_DEPTH)) {
    return refuse('invalid_field', 'usage', `is nested deeper than ${MAX_DEPTH} levels`);
  }
  const offender = findUnstorableText(given) ?? '';
  return refuse('invalid_character', offender, 'contains a NUL character or half a surrogate pair');
}

/** `null` means the same as absence; many serializers write it. Inside `usage` it is the readers' to interpret. */
function withoutNulls(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  for (const name in input) if (input[name as keyof typeof input] === null) return dropNulls(input);
  return input;
}

function dropNulls(input: object): unknown {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function readTime(given: UsageRecord, { now, owner }: RecordContext): { eventId: string; ts: Date } | RefusedRecord {
  const id = given.id === undefined ? undefined : readEventId(given.id);
  const ms = given.timestamp === undefined ? (id ? id.timeMs : now.getTime()) : Date.parse(given.timestamp);
  if (ms === undefined) {
    return refuse('timestamp_required', 'timestamp', 'is required: the id carries no time (a UUIDv7 would)');
  }
  const field = given.timestamp === undefined ? 'id' : 'timestamp';
  if (!(ms <= now.getTime() + MAX_CLOCK_SKEW_MS)) {
    return refuse(
      'timestamp_in_future',
      field,
      `is more than ${MAX_CLOCK_SKEW_MS / MINUTE} minutes ahead of the server's clock`,
    );
  }
  if (ms < now.getTime() - owner.retentionDays * DAY) {
    return refuse('timestamp_too_old', field, `is older than the ${owner.retentionDays} days that records are kept`);
  }
  const ts = new Date(ms);
  return { eventId: id?.uuid ?? makeEventId(ts), ts };
}

interface Read {
  owner: RecordContext['owner'];
  provider: string;
  when: { eventId: string; ts: Date };
  metered: Metered;
}

/**
 * Most is stored as it was said. One literal names everything: as many properties put together from parts take a microsecond
 * more, which a writer of tens of thousands a second notices.
 */
function toPrepared(given: UsageRecord, { owner, provider, when, metered }: Read): PreparedRecord {
  const content = cutContent(given.content, owner.captureContent);
  return {
    projectId: owner.projectId,
    keyId: owner.keyId,
    eventId: when.eventId,
    ts: when.ts,
    source: given.source,
    provider,
    model: given.model,
    status: given.status ?? 'ok',
    errorType: given.errorType ?? null,
    latencyMs: given.latencyMs ?? null,
    timeToFirstTokenMs: given.timeToFirstTokenMs ?? null,
    maxOutputTokens: given.maxOutputTokens ?? null,
    attempts: given.attempts ?? null,
    streamed: given.streamed ?? null,
    interactive: given.interactive ?? null,
    finishReason: given.finishReason ?? null,
    requestedTier: given.requestedTier ?? null,
    reasoningEffort: given.reasoningEffort ?? null,
    requestHash: given.requestHash ?? null,
    prefixHash: given.prefixHash ?? null,
    feature: given.feature ?? null,
    environment: given.environment ?? null,
    endUser: given.user ?? null,
    session: given.session ?? null,
    customer: given.customer ?? null,
    traceId: given.traceId ?? null,
    responseId: given.responseId ?? null,
    tags: given.tags && Object.keys(given.tags).length > 0 ? given.tags : null,
    units: given.units && Object.keys(given.units).length > 0 ? given.units : null,
    rawUsage: given.usage ?? null,
    costStatus: metered.costStatus,
    tokens: metered.tokens,
    costs: metered.costs,
    totalPicoUsd: metered.totalPicoUsd,
    // A provider's own figure in its usage object, before one that the sender says beside it.
    reportedPicoUsd: metered.reportedPicoUsd ?? reportedPicoUsd(given.reportedCost),
    priceVersionId: metered.priceVersionId,
    priceMatch: metered.priceMatch,
    approximate: metered.approximate,
    serviceTier: metered.serviceTier,
    speed: metered.speed,
    region: metered.region,
    tools: metered.tools,
    promptText: content.promptText,
    responseText: content.responseText,
  };
}

function reportedPicoUsd(text: string | undefined): bigint | null {
  const amount = text === undefined ? undefined : parseUsd(text);
  return isPlausibleCost(amount) ? amount : null;
}
