import { firstName } from '../mapping/text.ts';
import { type Attributes, SPAN_KIND_CLIENT, type Span } from './span.ts';

export type CallKind = 'generation' | 'embedding';

/**
 * `gen_ai.operation.name`: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/. The last three are
 * older instrumentations'. Not among them, since their model calls have spans of their own: `invoke_agent`, `create_agent`,
 * `execute_tool`, `invoke_workflow`, `agent_step`, …
 */
const OPERATIONS: ReadonlyMap<string, CallKind> = new Map([
  ['chat', 'generation'],
  ['text_completion', 'generation'],
  ['generate_content', 'generation'],
  ['embeddings', 'embedding'],
  ['completion', 'generation'],
  ['responses', 'generation'],
  ['embedding', 'embedding'],
]);

/** `llm.request.type` of OpenLLMetry: https://github.com/traceloop/openllmetry, semconv_ai. */
const REQUEST_TYPES: ReadonlyMap<string, CallKind> = new Map([
  ['chat', 'generation'],
  ['completion', 'generation'],
  ['embedding', 'embedding'],
]);

/**
 * `ai.operationId` of the Vercel AI SDK: https://ai-sdk.dev/docs/ai-sdk-core/telemetry. Each of these is one request to the
 * provider; `ai.generateText` and the others around them sum their usage.
 */
const AI_SDK_CALLS: ReadonlyMap<string, CallKind> = new Map([
  ['ai.generateText.doGenerate', 'generation'],
  ['ai.streamText.doStream', 'generation'],
  ['ai.generateObject.doGenerate', 'generation'],
  ['ai.streamObject.doStream', 'generation'],
  ['ai.embed.doEmbed', 'embedding'],
  ['ai.embedMany.doEmbed', 'embedding'],
]);

/** `openinference.span.kind`: https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md. */
const OPENINFERENCE_CALLS: ReadonlyMap<string, CallKind> = new Map([
  ['LLM', 'generation'],
  ['EMBEDDING', 'embedding'],
]);

/** `traceloop.span.kind` of what contains calls. */
const TRACELOOP_CONTAINERS: ReadonlySet<string> = new Set(['workflow', 'agent', 'tool']);

/**
 * Whether a span is one call of a model, and of which kind. Spans of agents, chains, tools and frameworks around calls
 * carry sums of usage, too, and are none. The most definite mark decides.
 */
export function callKindOf({ attributes, kind }: Span): CallKind | undefined {
  const aiOperation = attributes['ai.operationId'];
  if (typeof aiOperation === 'string') return AI_SDK_CALLS.get(aiOperation);
  const inferenceKind = attributes['openinference.span.kind'];
  if (typeof inferenceKind === 'string') return OPENINFERENCE_CALLS.get(inferenceKind.toUpperCase());
  const container = attributes['traceloop.span.kind'];
  if (typeof container === 'string' && TRACELOOP_CONTAINERS.has(container)) return undefined;
  const operation = attributes['gen_ai.operation.name'];
  if (typeof operation === 'string') return OPERATIONS.get(operation);
  const requestType = attributes['llm.request.type'];
  if (typeof requestType === 'string' && requestType !== 'unknown') return REQUEST_TYPES.get(requestType);
  return kind === SPAN_KIND_CLIENT && looksLikeCall(attributes) ? 'generation' : undefined;
}

/** Before the operation had a name, the provider and the model were all there was. */
const looksLikeCall = (attributes: Attributes) =>
  firstName(attributes['gen_ai.system'], attributes['gen_ai.provider.name']) !== undefined &&
  firstName(attributes['gen_ai.request.model'], attributes['gen_ai.response.model']) !== undefined;
