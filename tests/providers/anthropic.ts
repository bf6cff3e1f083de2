import { type ProviderForm, type ProviderServer, startProviderServer } from './provider-server.ts';
import type { ScriptedReply } from './reply.ts';

const USAGE = {
  input_tokens: 20,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 5,
  service_tier: 'standard',
};

/** What `message_delta` repeats: totals, not differences. */
const TOTALS = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'output_tokens'];

type Body = Record<string, unknown>;

/**
 * A server that speaks Anthropic's wire format: messages, plain and as server-sent events, and token counts; anything
 * else is answered with an empty object.
 */
export function startAnthropicServer(): Promise<ProviderServer> {
  return startProviderServer(anthropicForm(), '');
}

function anthropicForm(): ProviderForm {
  let answers = 0;
  return {
    errorBody: ({ status = 500, errorType }) => ({
      type: 'error',
      error: { type: errorType ?? defaultErrorType(status), message: `scripted error ${status}` },
      request_id: 'req_error',
    }),

    answer(request, script) {
      answers += 1;
      const { pathname } = new URL(request.path, 'http://localhost');
      const body = request.body ?? {};
      const reply = { id: `answer-${answers}`, ...script };
      const json = pathname.endsWith('/v1/messages')
        ? message(body, reply)
        : pathname.endsWith('/count_tokens')
          ? { input_tokens: 20 }
          : { ...reply.fields };
      return {
        json,
        events: body.stream === true ? messageEvents(body, reply) : undefined,
        errorEvent: sse({ type: 'error', error: { type: 'overloaded_error', message: 'scripted error' } }),
        headers: { 'request-id': `req_${answers}` },
      };
    },
  };
}

function message(body: Body, reply: ScriptedReply): Record<string, unknown> {
  return {
    id: `msg_${reply.id}`,
    type: 'message',
    role: 'assistant',
    model: reply.model ?? body.model,
    content: [{ ...block(reply), ...(reply.tool === undefined ? { text: pieces(reply).join('') } : {}) }],
    stop_reason: reply.finishReason ?? (reply.tool === undefined ? 'end_turn' : 'tool_use'),
    stop_sequence: null,
    ...(reply.usage === null ? {} : { usage: usage(reply) }),
    ...reply.fields,
  };
}

/** `message_start` has the input side and a first output token, `message_delta` the totals, `ping` means nothing. */
function messageEvents(body: Body, reply: ScriptedReply): string[] {
  const { content: _, ...whole } = message(body, reply);
  const all = usage(reply);
  const totals = Object.fromEntries(Object.entries(all).filter(([name]) => TOTALS.includes(name)));
  return [
    sse({
      type: 'message_start',
      message: { ...whole, content: [], stop_reason: null, usage: { ...all, output_tokens: 1 } },
    }),
    sse({ type: 'content_block_start', index: 0, content_block: block(reply) }),
    sse({ type: 'ping' }),
    ...pieces(reply).map((text) => sse({ type: 'content_block_delta', index: 0, delta: delta(reply, text) })),
    sse({ type: 'content_block_stop', index: 0 }),
    sse({
      type: 'message_delta',
      delta: { stop_reason: whole.stop_reason, stop_sequence: null },
      usage: { ...totals, ...(all.server_tool_use === undefined ? {} : { server_tool_use: all.server_tool_use }) },
    }),
    sse({ type: 'message_stop' }),
  ];
}

/** A text, or a call of a tool: its input comes as pieces of JSON, not all of which are. */
const block = ({ tool }: ScriptedReply): Record<string, unknown> =>
  tool === undefined ? { type: 'text', text: '' } : { type: 'tool_use', id: 'toolu_1', name: tool, input: {} };

const delta = ({ tool }: ScriptedReply, piece: string): Record<string, unknown> =>
  tool === undefined ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece };

function usage(reply: ScriptedReply): Record<string, unknown> {
  return {
    ...USAGE,
    ...(reply.serviceTier === undefined ? {} : { service_tier: reply.serviceTier }),
    ...(reply.webSearches === undefined ? {} : { server_tool_use: { web_search_requests: reply.webSearches } }),
    ...reply.usage,
  };
}

function defaultErrorType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  if (status === 529) return 'overloaded_error';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}

function sse(event: { type: string } & Record<string, unknown>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function pieces(reply: ScriptedReply): readonly string[] {
  return reply.pieces ?? ['Hello', ' world'];
}
