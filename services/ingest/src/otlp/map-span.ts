import { firstCount, instantOf, usdText, wholeMs } from '../mapping/numbers.ts';
import { providerOf } from '../mapping/provider.ts';
import { type DraftRecord, sentRecord } from '../mapping/sent-record.ts';
import { Tags } from '../mapping/tags.ts';
import { firstName, nameOf } from '../mapping/text.ts';
import { firstTokenMs } from './first-token.ts';
import type { Attributes, Span } from './span.ts';
import { contentOfSpan } from './span-content.ts';
import { usageOfSpan } from './span-usage.ts';

/** The provider of a call whose span names none. Its model is looked for among all providers'. */
const UNKNOWN = 'unknown';

/**
 * A span that is a call, as a usage record. Which attribute goes where is listed in this folder's README.
 * @param captureContent the project allows texts to be stored; without it none is even looked at
 */
export function mapSpan(span: Span, captureContent: boolean): Record<string, unknown> {
  const { attributes, startMs, endMs } = span;
  const { source, usage } = usageOfSpan(attributes);
  const failed = span.failed || firstName(attributes['error.type']) !== undefined;
  const firstToken = wholeMs(firstTokenMs(span));
  return sentRecord({
    id: eventIdOf(span),
    timestamp: instantOf(startMs ?? endMs),
    source,
    usage,
    status: failed ? 'error' : 'ok',
    errorType: failed ? errorTypeOf(span) : undefined,
    latencyMs: startMs === undefined || endMs === undefined ? undefined : wholeMs(endMs - startMs),
    timeToFirstTokenMs: firstToken,
    traceId: nameOf(span.traceId),
    ...callOf(attributes, firstToken !== undefined),
    ...attributionOf(span),
    content: captureContent ? contentOfSpan(span) : undefined,
  });
}

/** The span's own identity: the same span sent again is the same event. */
const eventIdOf = ({ traceId, spanId }: Span) =>
  traceId === '' || spanId === '' ? undefined : `otel:${traceId}:${spanId}`;

function errorTypeOf({ attributes, events }: Span): string | undefined {
  const exception = events.find(({ name }) => name === 'exception');
  return firstName(attributes['error.type'], exception?.attributes['exception.type']);
}

/** What was called and how. */
function callOf(attributes: Attributes, streamedByTime: boolean): DraftRecord {
  const parameters = jsonObject(attributes['llm.invocation_parameters']);
  const at = (...names: string[]) => firstName(...names.map((name) => attributes[name]));
  const host = attributes['server.address'] ?? attributes['gen_ai.openai.api_base'];
  const names = ['gen_ai.provider.name', 'llm.provider', 'gen_ai.system', 'ai.model.provider', 'llm.system'];
  const byFramework = 'traceloop.association.properties.ls_provider';
  return {
    provider: providerOf(host, ...[...names, byFramework].map((name) => attributes[name])) ?? UNKNOWN,
    model:
      at(
        'gen_ai.response.model',
        'ai.response.model',
        'llm.response.model_name',
        'llm.model_name',
        'embedding.model_name',
        'gen_ai.request.model',
        'ai.model.id',
        'llm.request.model_name',
      ) ?? UNKNOWN,
    streamed: streamedByTime ? true : streamedOf(attributes, parameters),
    finishReason: finishReasonOf(attributes),
    serviceTier: at(
      'openai.response.service_tier',
      'gen_ai.openai.response.service_tier',
      'gen_ai.response.service_tier',
    ),
    requestedTier:
      at('openai.request.service_tier', 'gen_ai.openai.request.service_tier', 'gen_ai.request.service_tier') ??
      nameOf(parameters.service_tier),
    reasoningEffort:
      at(
        'gen_ai.request.reasoning.level',
        'gen_ai.request.reasoning_effort',
        'gen_ai.openai.request.reasoning_effort',
      ) ?? nameOf(parameters.reasoning_effort),
    maxOutputTokens: firstCount(
      attributes['gen_ai.request.max_tokens'],
      attributes['ai.settings.maxOutputTokens'],
      attributes['ai.settings.maxTokens'],
      parameters.max_completion_tokens,
      parameters.max_output_tokens,
      parameters.max_tokens,
    ),
    responseId: at('gen_ai.response.id', 'ai.response.id'),
    reportedCost: usdText(attributes['gen_ai.usage.cost'] ?? attributes['llm.cost.total']),
  };
}

function streamedOf(attributes: Attributes, parameters: Attributes): boolean | undefined {
  for (const value of [
    attributes['gen_ai.request.stream'],
    attributes['llm.is_streaming'],
    attributes['gen_ai.is_streaming'],
    parameters.stream,
  ]) {
    if (typeof value === 'boolean') return value;
  }
  const operation = attributes['ai.operationId'];
  return typeof operation === 'string' ? operation.endsWith('.doStream') : undefined;
}

function finishReasonOf(attributes: Attributes): string | undefined {
  const reasons = attributes['gen_ai.response.finish_reasons'];
  return firstName(
    Array.isArray(reasons) ? reasons[0] : reasons,
    attributes['gen_ai.response.finish_reason'],
    attributes['ai.response.finishReason'],
    attributes['llm.response.finish_reason'],
    attributes['llm.finish_reason'],
  );
}

/** Who caused the call. An attribute of the span goes before one of the resource of the same name. */
function attributionOf({ attributes, resource }: Span): DraftRecord {
  const at = (...names: string[]) => firstName(...names.flatMap((name) => [attributes[name], resource[name]]));
  const service = serviceOf(resource);
  return {
    feature:
      at('tokengrip.feature', 'ai.telemetry.functionId', 'gen_ai.agent.name', 'traceloop.workflow.name') ?? service,
    environment: at('tokengrip.environment', 'deployment.environment.name', 'deployment.environment'),
    user: at(
      'tokengrip.user',
      'user.id',
      'enduser.id',
      'enduser.pseudo.id',
      'ai.telemetry.metadata.userId',
      'traceloop.association.properties.user_id',
      'llm.user',
    ),
    session: at(
      'tokengrip.session',
      'gen_ai.conversation.id',
      'session.id',
      'ai.telemetry.metadata.sessionId',
      'traceloop.association.properties.session_id',
    ),
    customer: at(
      'tokengrip.customer',
      'ai.telemetry.metadata.customerId',
      'traceloop.association.properties.customer_id',
    ),
    tags: tagsOf(attributes, resource, service),
  };
}

const TAG = 'tokengrip.tag.';

function tagsOf(attributes: Attributes, resource: Attributes, service: string | undefined) {
  const tags = new Tags();
  for (const from of [attributes, resource]) {
    for (const [name, value] of Object.entries(from)) if (name.startsWith(TAG)) tags.add(name.slice(TAG.length), value);
  }
  tags.add('service', service);
  return tags.record;
}

/** SDKs write `unknown_service:node` where nobody has named it. */
function serviceOf(resource: Attributes): string | undefined {
  const name = nameOf(resource['service.name']);
  return name === undefined || name.startsWith('unknown_service') ? undefined : name;
}

/** OpenInference writes the parameters of a request as JSON. */
function jsonObject(value: unknown): Attributes {
  if (typeof value !== 'string' || value.length > 50_000) return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Attributes) : {};
  } catch {
    return {};
  }
}
