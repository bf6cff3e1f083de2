import type { Random } from './random.ts';
import { base62, hex32, hex128, uuidV4 } from './text.ts';
import type { SampleSource } from './types.ts';

/** One call in the provider's tokens. The prompt's parts are disjoint and sum to `promptTokens`. */
export interface CallCounts {
  promptTokens: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  /** Of the uncached prompt. */
  imageTokens: number;
  output: number;
  reasoning: number;
  webSearches: number;
  /** The model reports what it wrote to its cache: OpenAI's since GPT-5.6. */
  reportsWrites: boolean;
  thinks: boolean;
}

export type Finish = 'stop' | 'length' | 'tools' | 'filtered';

/** A provider's API as its clients see it. */
interface Shape {
  usage: (call: CallCounts) => unknown;
  finish: Record<Finish, string>;
  responseId?: (random: Random) => string;
  /** What the response says about the service tier when nothing special was asked for. */
  tier?: string;
}

const CHAT_FINISH = { stop: 'stop', length: 'length', tools: 'tool_calls', filtered: 'content_filter' };
const CLAUDE_FINISH = { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use', filtered: 'refusal' };

function writtenBy(call: CallCounts): { cache_write_tokens?: number } {
  return call.reportsWrites ? { cache_write_tokens: call.cacheWrite5m } : {};
}

const SHAPES: Record<SampleSource, Shape> = {
  'openai.chat': {
    finish: CHAT_FINISH,
    tier: 'default',
    responseId: (random) => `chatcmpl-${base62(random, 28)}`,
    usage: (call) => ({
      prompt_tokens: call.promptTokens,
      completion_tokens: call.output + call.reasoning,
      total_tokens: call.promptTokens + call.output + call.reasoning,
      prompt_tokens_details: { cached_tokens: call.cacheRead, audio_tokens: 0, ...writtenBy(call) },
      completion_tokens_details: {
        reasoning_tokens: call.reasoning,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    }),
  },
  'openai.responses': {
    finish: { stop: 'completed', length: 'max_output_tokens', tools: 'completed', filtered: 'content_filter' },
    tier: 'default',
    responseId: (random) => `resp_0${hex32(random.bits())}${hex128(random)}${hex32(random.bits())}`,
    usage: (call) => ({
      input_tokens: call.promptTokens,
      input_tokens_details: { cached_tokens: call.cacheRead, ...writtenBy(call) },
      output_tokens: call.output + call.reasoning,
      output_tokens_details: { reasoning_tokens: call.reasoning },
      total_tokens: call.promptTokens + call.output + call.reasoning,
    }),
  },
  'openai.embeddings': {
    finish: CHAT_FINISH,
    usage: (call) => ({ prompt_tokens: call.promptTokens, total_tokens: call.promptTokens }),
  },
  'anthropic.messages': {
    finish: CLAUDE_FINISH,
    tier: 'standard',
    responseId: (random) => `msg_01${base62(random, 22)}`,
    usage: (call) => ({
      input_tokens: call.promptTokens - call.cacheRead - call.cacheWrite5m - call.cacheWrite1h,
      cache_creation_input_tokens: call.cacheWrite5m + call.cacheWrite1h,
      cache_read_input_tokens: call.cacheRead,
      cache_creation: {
        ephemeral_5m_input_tokens: call.cacheWrite5m,
        ephemeral_1h_input_tokens: call.cacheWrite1h,
      },
      output_tokens: call.output + call.reasoning,
      ...(call.thinks ? { output_tokens_details: { thinking_tokens: call.reasoning } } : {}),
      ...(call.webSearches > 0
        ? { server_tool_use: { web_search_requests: call.webSearches, web_fetch_requests: 0 } }
        : {}),
      service_tier: 'standard',
    }),
  },
  'gemini.generate-content': {
    finish: { stop: 'STOP', length: 'MAX_TOKENS', tools: 'STOP', filtered: 'SAFETY' },
    responseId: (random) => base62(random, 22),
    usage: (call) => ({
      promptTokenCount: call.promptTokens,
      // Absent rather than 0 where nothing was generated.
      ...(call.output > 0 ? { candidatesTokenCount: call.output } : {}),
      totalTokenCount: call.promptTokens + call.output + call.reasoning,
      ...(call.cacheRead > 0
        ? {
            cachedContentTokenCount: call.cacheRead,
            cacheTokensDetails: [{ modality: 'TEXT', tokenCount: call.cacheRead }],
          }
        : {}),
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: call.promptTokens - call.imageTokens },
        ...(call.imageTokens > 0 ? [{ modality: 'IMAGE', tokenCount: call.imageTokens }] : []),
      ],
      ...(call.reasoning > 0 ? { thoughtsTokenCount: call.reasoning } : {}),
    }),
  },
  'bedrock.converse': {
    finish: { ...CLAUDE_FINISH, filtered: 'content_filtered' },
    responseId: uuidV4,
    usage: (call) => ({
      inputTokens: call.promptTokens - call.cacheRead - call.cacheWrite5m - call.cacheWrite1h,
      outputTokens: call.output + call.reasoning,
      totalTokens: call.promptTokens + call.output + call.reasoning,
      cacheReadInputTokens: call.cacheRead,
      cacheWriteInputTokens: call.cacheWrite5m + call.cacheWrite1h,
    }),
  },
  'deepseek.chat': {
    finish: CHAT_FINISH,
    responseId: uuidV4,
    usage: (call) => ({
      prompt_tokens: call.promptTokens,
      completion_tokens: call.output + call.reasoning,
      total_tokens: call.promptTokens + call.output + call.reasoning,
      prompt_tokens_details: { cached_tokens: call.cacheRead },
      ...(call.thinks ? { completion_tokens_details: { reasoning_tokens: call.reasoning } } : {}),
      prompt_cache_hit_tokens: call.cacheRead,
      prompt_cache_miss_tokens: call.promptTokens - call.cacheRead,
    }),
  },
  'mistral.chat': {
    finish: { ...CHAT_FINISH, filtered: 'error' },
    responseId: hex128,
    usage: (call) => ({
      prompt_tokens: call.promptTokens,
      completion_tokens: call.output,
      total_tokens: call.promptTokens + call.output,
    }),
  },
  normalized: {
    finish: CHAT_FINISH,
    responseId: uuidV4,
    usage: (call) => ({ tokens: { input: call.promptTokens, output: call.output } }),
  },
};

/** The provider's API of this source. */
export function shapeOf(source: SampleSource): Shape {
  return SHAPES[source];
}
