import { chatChunks, chatCompletion } from './openai-chat.ts';
import { responseEvents, responseObject } from './openai-responses.ts';
import {
  type Answer,
  type ProviderForm,
  type ProviderServer,
  type ReceivedRequest,
  startProviderServer,
} from './provider-server.ts';
import type { ScriptedReply } from './reply.ts';

/** What the server can be, beyond the OpenAI of today. */
export interface OpenAIServerOptions {
  /** Refuses `stream_options` with 422, as Mistral does. */
  refuseStreamOptions?: boolean;
}

/**
 * A server that speaks OpenAI's wire format: chat completions, responses (in the background too) and embeddings,
 * plain and as server-sent events, also under Azure's addresses; anything else is answered with an empty object.
 */
export function startOpenAIServer(options: OpenAIServerOptions = {}): Promise<ProviderServer> {
  return startProviderServer(openAIForm(options), '/v1');
}

function openAIForm({ refuseStreamOptions = false }: OpenAIServerOptions): ProviderForm {
  const background = new Map<string, ScriptedReply>();
  let answers = 0;
  return {
    refusal: ({ body }) => (refuseStreamOptions && body?.stream_options !== undefined ? 422 : undefined),

    errorBody: ({ status = 500, errorType }) => ({
      error: {
        message: status === 422 && refuseStreamOptions ? 'unknown field: stream_options' : `scripted error ${status}`,
        type:
          errorType ?? (status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error'),
        param: null,
        code: status === 429 ? 'rate_limit_exceeded' : null,
      },
    }),

    answer(request, script) {
      answers += 1;
      const { pathname } = new URL(request.path, 'http://localhost');
      const reply = { id: `answer-${answers}`, ...script };
      const headers = { 'x-request-id': `req_${answers}` };
      const make = (json: unknown, events?: string[]): Answer => ({
        json,
        events: request.body?.stream === true ? events : undefined,
        errorEvent: sse({ error: { message: 'scripted error', type: 'server_error', code: 'server_error' } }),
        headers,
      });
      if (pathname.endsWith('/chat/completions')) {
        const chunks = chatChunks(request.body ?? {}, reply).map((chunk) => sse(chunk));
        return make(chatCompletion(request.body ?? {}, reply), [...chunks, 'data: [DONE]\n\n']);
      }
      if (pathname.endsWith('/responses')) return answerResponse(request, reply, background, make);
      if (pathname.includes('/responses/')) return answerLater(pathname, script, background, make);
      if (pathname.endsWith('/embeddings')) return make(embedding(request.body ?? {}, reply));
      return make({ ...reply.fields });
    },
  };
}

type Make = (json: unknown, events?: string[]) => Answer;

function answerResponse(
  { body = {} }: ReceivedRequest,
  reply: ScriptedReply,
  background: Map<string, ScriptedReply>,
  make: Make,
): Answer {
  if (body.background === true) {
    const queued = responseObject(body, { ...reply, fields: { ...reply.fields, background: true } }, 'queued');
    background.set(queued.id, { ...reply, id: queued.id, model: queued.model });
    return make(queued);
  }
  const events = responseEvents(body, reply).map((event) => sse(event, event.type));
  return make(responseObject(body, reply, 'completed'), events);
}

/** `GET /responses/:id` and `POST /responses/:id/cancel`: the script of this request overrides that of the first. */
function answerLater(
  pathname: string,
  script: ScriptedReply,
  background: Map<string, ScriptedReply>,
  make: Make,
): Answer | undefined {
  const id = pathname.split('/responses/')[1]?.replace(/\/cancel$/, '') ?? '';
  const first = background.get(id);
  if (first === undefined) return undefined;
  const fields = { background: true, completed_at: 1_785_000_012, ...script.fields };
  return make(responseObject({}, { ...first, ...script, id, fields }, script.finishReason ?? 'completed'));
}

function embedding(body: Record<string, unknown>, reply: ScriptedReply): unknown {
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  const vector = new Float32Array([0.25, -0.5, 1]);
  const base64 = Buffer.from(vector.buffer).toString('base64');
  return {
    object: 'list',
    data: inputs.map((_, index) => ({
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? base64 : [...vector],
    })),
    model: reply.model ?? body.model,
    ...(reply.usage === null ? {} : { usage: reply.usage ?? { prompt_tokens: 8, total_tokens: 8 } }),
    ...reply.fields,
  };
}

function sse(data: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}
