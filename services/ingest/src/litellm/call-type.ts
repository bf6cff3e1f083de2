import { firstCount, numberOf } from '../mapping/numbers.ts';
import type { Payload } from './payload.ts';

/** `call_type` of LiteLLM (`CallTypes` in litellm/types/utils.py) without the `a` of its asynchronous forms. */
const CALLS: ReadonlySet<string> = new Set([
  'completion',
  'text_completion',
  'embedding',
  'image_generation',
  'image_edit',
  'image_variation',
  'transcription',
  'speech',
  'rerank',
  'ocr',
  'responses',
  'anthropic_messages',
  'generate_content',
  'generate_content_stream',
  'video_generation',
  'create_video',
]);

/**
 * Whether the payload is a call of a model. Of the others (files, batches, vector stores, moderations, pass-through, tools,
 * and what future versions add) only those that report tokens or a cost are.
 */
export function isCall(payload: Payload): boolean {
  const type = callTypeOf(payload);
  if (CALLS.has(type)) return true;
  return (firstCount(payload.total_tokens) ?? 0) > 0 || (numberOf(payload.response_cost) ?? 0) > 0;
}

export function callTypeOf({ call_type: type }: Payload): string {
  if (typeof type !== 'string') return '';
  // Some versions write the function that was called: `litellm.completion`.
  const name = type.replace(/^litellm\./, '').replace(/^_/, '');
  return name.startsWith('a') && CALLS.has(name.slice(1)) ? name.slice(1) : name;
}

/** The batch's whole usage is reported when its result is fetched. */
export const isBatchResult = (payload: Payload): boolean => /^a?retrieve_batch$/.test(callTypeOf(payload));

/** `cache_hit` is a boolean, or one as Python writes it. */
export const isCacheHit = ({ cache_hit: hit }: Payload): boolean => hit === true || hit === 'True' || hit === 'true';
