import type { ScriptedReply } from './reply.ts';

const CREATED = 1_785_000_000;

const USAGE = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 25,
};

type Body = Record<string, unknown>;

export interface ResponseObject extends Record<string, unknown> {
  id: string;
  model: string;
}

/** The answer of `POST /responses` with the given status (`completed`, `incomplete`, `failed`, `queued`, …). */
export function responseObject(body: Body, reply: ScriptedReply, status: string): ResponseObject {
  const state = reply.finishReason === undefined ? status : stateOf(reply.finishReason, status);
  const over = state !== 'queued' && state !== 'in_progress';
  return {
    id: String(reply.id).startsWith('resp_') ? String(reply.id) : `resp_${reply.id}`,
    object: 'response',
    created_at: CREATED,
    status: state,
    background: body.background === true,
    error: state === 'failed' ? { code: 'server_error', message: 'scripted failure' } : null,
    incomplete_details: state === 'incomplete' ? { reason: reply.finishReason } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: reply.model ?? String(body.model),
    output: over ? output(reply) : [],
    parallel_tool_calls: true,
    reasoning: body.reasoning ?? { effort: null, summary: null },
    service_tier: reply.serviceTier ?? 'default',
    tools: body.tools ?? [],
    usage: over && reply.usage !== null ? (reply.usage ?? USAGE) : null,
    metadata: {},
    ...reply.fields,
  };
}

/** Its stream: the response's course, with the usage in the last event. */
export function responseEvents(body: Body, reply: ScriptedReply): (Record<string, unknown> & { type: string })[] {
  const begun = { ...responseObject(body, { ...reply, finishReason: 'in_progress' }, 'in_progress') };
  const done = responseObject(body, reply, 'completed');
  const place = { item_id: `msg_${reply.id}`, output_index: 0, content_index: 0 };
  const text = pieces(reply).join('');
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: { ...message(reply, []), status: 'in_progress' } },
    { type: 'response.content_part.added', ...place, part: textPart('') },
    ...pieces(reply).map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: textPart(text) },
    { type: 'response.output_item.done', output_index: 0, item: message(reply, [textPart(text)]) },
    { type: `response.${String(done.status)}`, response: done },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

/** A finish reason is a state of the response, or the reason why it is incomplete. */
function stateOf(finishReason: string, fallback: string): string {
  if (['completed', 'failed', 'cancelled', 'queued', 'in_progress'].includes(finishReason)) return finishReason;
  return fallback === 'completed' || fallback === finishReason ? 'incomplete' : fallback;
}

function output(reply: ScriptedReply): unknown[] {
  const searches = Array.from({ length: reply.webSearches ?? 0 }, (_, index) => ({
    id: `ws_${index}`,
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'scripted' },
  }));
  return [message(reply, [textPart(pieces(reply).join(''))]), ...searches];
}

function message(reply: ScriptedReply, content: unknown[]): Record<string, unknown> {
  return { id: `msg_${reply.id}`, type: 'message', status: 'completed', role: 'assistant', content };
}

function textPart(text: string): unknown {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function pieces(reply: ScriptedReply): readonly string[] {
  return reply.pieces ?? ['Hello', ' world'];
}
