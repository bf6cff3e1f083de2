import type { ScriptedReply } from './reply.ts';

const CREATED = 1_785_000_000;

const USAGE = {
  prompt_tokens: 20,
  completion_tokens: 5,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

type Body = Record<string, unknown>;

/** The whole answer of `POST /chat/completions`. */
export function chatCompletion(body: Body, reply: ScriptedReply): Record<string, unknown> {
  return {
    ...head(body, reply, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: pieces(reply).join(''), refusal: null },
        logprobs: null,
        finish_reason: reply.finishReason ?? 'stop',
      },
    ],
    ...(reply.usage === null ? {} : { usage: reply.usage ?? USAGE }),
    ...reply.fields,
  };
}

/**
 * Its stream. Usage comes only if `stream_options.include_usage` asks for it: in a last chunk without choices, while
 * all others carry `usage: null`.
 */
export function chatChunks(body: Body, reply: ScriptedReply): Record<string, unknown>[] {
  const asked = (body.stream_options as Body | undefined)?.include_usage === true && reply.usage !== null;
  const chunk = (choices: unknown[], usage: unknown = null) => ({
    ...head(body, reply, 'chat.completion.chunk'),
    choices,
    ...(asked ? { usage } : {}),
  });
  const choice = (delta: unknown, finishReason: string | null = null) => [
    { index: 0, delta, logprobs: null, finish_reason: finishReason },
  ];
  return [
    chunk(choice({ role: 'assistant', content: '', refusal: null })),
    ...pieces(reply).map((content) => chunk(choice({ content }))),
    chunk(choice({}, reply.finishReason ?? 'stop')),
    ...(asked ? [chunk([], reply.usage ?? USAGE)] : []),
  ];
}

function head(body: Body, reply: ScriptedReply, object: string): Record<string, unknown> {
  return {
    id: `chatcmpl-${reply.id}`,
    object,
    created: CREATED,
    model: reply.model ?? body.model,
    service_tier: reply.serviceTier ?? 'default',
    system_fingerprint: 'fp_test',
    ...reply.fields,
  };
}

function pieces(reply: ScriptedReply): readonly string[] {
  return reply.pieces ?? ['Hello', ' world'];
}
