import type { UsageSource } from '@tokengrip/core/usage/sources';
import { firstCount, numberOf } from '../mapping/numbers.ts';
import { callTypeOf, isCacheHit } from './call-type.ts';
import { isPayload, type Payload, partOf } from './payload.ts';

export interface PayloadUsage {
  source: UsageSource;
  usage: Payload | undefined;
  units?: Record<string, number> | undefined;
}

/** LiteLLM brings every provider's usage into OpenAI's form, cache and reasoning included in the totals. */
const LITELLM: UsageSource = 'openai-compatible.chat';

/** What a cache hit of the proxy used of the provider. */
const NOTHING = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/**
 * The usage object of a payload with the name of its form. A cache hit of the proxy repeats the usage of the call that
 * filled the cache; it was bought once, so it counts as a call that used nothing.
 */
export function usageOfPayload(payload: Payload): PayloadUsage {
  if (isCacheHit(payload)) return { source: LITELLM, usage: NOTHING };
  const response = partOf(payload.response);
  const candidates = [
    partOf(response.usage),
    partOf(payload.usage),
    partOf(partOf(payload.metadata).usage_object),
    partOf(partOf(payload.hidden_params).usage_object),
    partOf(response.usageMetadata),
  ];
  const units = unitsOf(payload, response);
  const detailed = candidates.find(hasDetails) ?? candidates.find((usage) => formOf(usage, payload) !== undefined);
  const source = detailed === undefined ? undefined : formOf(detailed, payload);
  if (detailed !== undefined && source !== undefined) return { source, usage: detailed, units };
  return { source: LITELLM, usage: totalsOf(payload), units };
}

/** Details say what was cached, written to the cache, reasoned: they are worth more than totals from a nearer place. */
const hasDetails = (usage: Payload) =>
  ['prompt_tokens_details', 'completion_tokens_details', 'input_tokens_details', 'output_tokens_details'].some((name) =>
    isPayload(usage[name]),
  ) || 'cache_read_input_tokens' in usage;

/** Pass-through and the newer endpoints keep the provider's own form. */
function formOf(usage: Payload, payload: Payload): UsageSource | undefined {
  if ('prompt_tokens' in usage || 'completion_tokens' in usage) return LITELLM;
  if ('promptTokenCount' in usage || 'candidatesTokenCount' in usage) return 'gemini.generate-content';
  const type = callTypeOf(payload);
  if (type === 'transcription' && ('seconds' in usage || 'input_tokens' in usage)) return 'openai.transcription';
  if (!('input_tokens' in usage || 'output_tokens' in usage)) return undefined;
  if (type.startsWith('image_')) return 'openai.images';
  if (type === 'anthropic_messages' || 'cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage) {
    return 'anthropic.messages';
  }
  return 'openai.responses';
}

/** The payload's own totals; undefined where they are 0, as they are for a call that failed. */
function totalsOf(payload: Payload): Payload | undefined {
  const prompt = firstCount(payload.prompt_tokens) ?? 0;
  const completion = firstCount(payload.completion_tokens) ?? 0;
  if (prompt + completion === 0) return undefined;
  return { prompt_tokens: prompt, completion_tokens: completion };
}

/** What is billed by piece and stands in the answer or the request. */
function unitsOf(payload: Payload, response: Payload): Record<string, number> | undefined {
  switch (callTypeOf(payload)) {
    case 'image_generation':
    case 'image_edit':
    case 'image_variation':
      return Array.isArray(response.data) && !isPayload(response.usage)
        ? count('outputImages', response.data.length)
        : undefined;
    case 'transcription':
      return isPayload(response.usage) ? undefined : count('seconds', numberOf(response.duration));
    case 'speech':
      return typeof payload.messages === 'string' ? count('inputCharacters', payload.messages.length) : undefined;
    case 'rerank':
      return count('queries', firstCount(partOf(partOf(response.meta).billed_units).search_units));
    default:
      return undefined;
  }
}

const count = (name: string, value: number | undefined) =>
  value === undefined || value <= 0 ? undefined : { [name]: value };
