import { contentOf, lastUserText, textOfContent } from '../mapping/message-text.ts';
import { firstCount, instantOf, numberOf, usdText, wholeMs } from '../mapping/numbers.ts';
import { providerOf } from '../mapping/provider.ts';
import { type DraftRecord, sentRecord } from '../mapping/sent-record.ts';
import { firstName, nameOf } from '../mapping/text.ts';
import { attributionOf } from './attribution.ts';
import { isBatchResult, isCacheHit } from './call-type.ts';
import { isPayload, type Payload, partOf } from './payload.ts';
import { usageOfPayload } from './usage.ts';

/** A proxy's name, which says nothing about whose model it is: the model is looked for among all providers'. */
const PROXY = 'litellm';
const UNKNOWN_MODEL = 'unknown';

/**
 * LiteLLM's `StandardLoggingPayload` as a usage record. Which field goes where is listed in this folder's README.
 * @param captureContent the project allows texts to be stored; without it none is even looked at
 */
export function mapPayload(payload: Payload, captureContent: boolean): Record<string, unknown> {
  const usage = usageOfPayload(payload);
  const failed = payload.status === 'failure';
  return sentRecord({
    id: nameOf(payload.litellm_call_id) ?? nameOf(payload.id),
    ...timesOf(payload, failed && usage.usage === undefined),
    ...usage,
    status: failed ? 'error' : 'ok',
    errorType: failed ? errorTypeOf(payload) : undefined,
    ...callOf(payload),
    ...attributionOf(payload),
    content: captureContent ? contentOfPayload(payload) : undefined,
  });
}

/** `completionStartTime` is the end of the call where nothing was streamed, and of one that failed before its answer. */
function timesOf(payload: Payload, unanswered: boolean): DraftRecord {
  const startMs = timeOf(payload.startTime);
  const endMs = timeOf(payload.endTime);
  const firstMs = payload.stream === true && !unanswered ? timeOf(payload.completionStartTime) : undefined;
  const since = (ms: number | undefined) =>
    startMs === undefined || ms === undefined ? undefined : wholeMs(ms - startMs);
  return {
    timestamp: instantOf(startMs ?? endMs),
    latencyMs: since(endMs),
    timeToFirstTokenMs: since(firstMs),
    streamed: typeof payload.stream === 'boolean' ? payload.stream : undefined,
  };
}

/** Seconds since 1970; some callbacks write what Python makes of a time in UTC, `2026-08-01 11:59:00.123456`. */
function timeOf(value: unknown): number | undefined {
  const seconds = numberOf(value);
  if (seconds !== undefined) return seconds > 0 ? seconds * 1_000 : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

function errorTypeOf(payload: Payload): string | undefined {
  const { error_class: errorClass, error_code: code } = partOf(payload.error_information);
  return firstName(errorClass, code);
}

/** What was called and how. */
function callOf(payload: Payload): DraftRecord {
  const response = partOf(payload.response);
  const parameters = partOf(payload.model_parameters);
  const provider = providerOfPayload(payload);
  const retries = firstCount(partOf(payload.metadata).attempted_retries);
  return {
    provider,
    model: modelOf(payload, provider),
    finishReason: finishReasonOf(response),
    serviceTier: isBatchResult(payload) ? 'batch' : nameOf(response.service_tier),
    requestedTier: nameOf(parameters.service_tier),
    reasoningEffort: nameOf(parameters.reasoning_effort) ?? nameOf(partOf(parameters.reasoning).effort),
    maxOutputTokens: firstCount(parameters.max_completion_tokens, parameters.max_output_tokens, parameters.max_tokens),
    attempts: retries === undefined || retries >= 1_000 ? undefined : retries + 1,
    // An answer from the cache has the id of the one that filled it, and is not the same call.
    responseId: isCacheHit(payload) ? undefined : nameOf(response.id),
    reportedCost: usdText(payload.response_cost ?? payload.cost),
  };
}

function providerOfPayload(payload: Payload): string {
  const prefix = /^([\w-]+)\//.exec(typeof payload.model === 'string' ? payload.model : '')?.[1];
  const { llm_provider: errorProvider } = partOf(payload.error_information);
  const named = [payload.custom_llm_provider, prefix, errorProvider];
  return providerOf(payload.api_base, ...named) ?? PROXY;
}

/**
 * The model as it was sent to the provider. A deployment of Azure has a name that somebody made up: there LiteLLM's key of
 * the price that it found says more.
 */
function modelOf(payload: Payload, provider: string): string {
  const priced = partOf(payload.model_map_information);
  const priceKey = provider.startsWith('azure') && isPayload(priced.model_map_value) ? priced.model_map_key : undefined;
  const hidden = partOf(payload.hidden_params);
  const name =
    firstName(
      priceKey,
      payload.model,
      hidden.litellm_model_name,
      partOf(payload.response).model,
      payload.model_group,
    ) ?? UNKNOWN_MODEL;
  return name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) || name : name;
}

function finishReasonOf(response: Payload): string | undefined {
  const { choices, stop_reason: stopReason, status } = response;
  const first = Array.isArray(choices) ? partOf(choices[0]).finish_reason : undefined;
  return firstName(first, stopReason, status);
}

function contentOfPayload(payload: Payload): { prompt?: string; response?: string } | undefined {
  const response = payload.response;
  const { choices, output, content } = partOf(response);
  const answer = Array.isArray(choices)
    ? partOf(choices[0])
    : (output ?? content ?? (isPayload(response) ? '' : response));
  return contentOf(lastUserText(payload.messages), textOfContent(answer));
}
