import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScriptedReply } from './reply.ts';

/** A request as it arrived. */
export interface ReceivedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, undefined without a body. */
  body: Record<string, unknown> | undefined;
  /** Resolves when the connection's part of this request is over; true if the client went away before the end. */
  closed: Promise<boolean>;
}

export interface ProviderServer {
  /** For the client's `baseURL`. */
  baseUrl: string;
  /** Everything that was received, in order. */
  requests: ReceivedRequest[];
  /** How the next requests are answered, one reply each. When there is none left, `{}` answers. */
  reply(...replies: ScriptedReply[]): void;
  /** Forgets requests and replies. */
  reset(): void;
  /** Ends all connections, hanging ones too. */
  close(): Promise<void>;
}

/** One event of a stream, already in the wire's form. */
export type WireEvent = string;

/** What a provider's form makes of a request and a script. */
export interface Answer {
  json: unknown;
  /** Present if the request asked for a stream. */
  events?: WireEvent[] | undefined;
  /** The event for an error in the middle of a stream. */
  errorEvent: WireEvent;
  headers: Record<string, string>;
}

export interface ProviderForm {
  answer(request: ReceivedRequest, reply: ScriptedReply): Answer | undefined;
  errorBody(reply: ScriptedReply): unknown;
  /** A request that this server refuses, by status. */
  refusal?(request: ReceivedRequest): number | undefined;
}

/** Listens on a free port of the loopback address. */
export async function startProviderServer(form: ProviderForm, basePath: string): Promise<ProviderServer> {
  const requests: ReceivedRequest[] = [];
  let replies: ScriptedReply[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await receive(incoming, response);
    requests.push(request);
    const reply = replies.shift() ?? {};
    const status = reply.status ?? form.refusal?.(request);
    if (status !== undefined) {
      sendJson(response, status, form.errorBody({ ...reply, status }), reply.headers);
      return;
    }
    const answer = form.answer(request, reply);
    if (answer === undefined) sendJson(response, 404, form.errorBody({ status: 404, errorType: 'not_found_error' }));
    else if (answer.events !== undefined) await sendEvents(response, answer, answer.events, reply);
    else if (reply.hangAfter !== undefined) await request.closed;
    else if (reply.cutAfter !== undefined) cutJson(response, answer.json);
    else sendJson(response, 200, answer.json, { ...answer.headers, ...reply.headers });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${basePath}`,
    requests,
    reply: (...more) => {
      replies.push(...more);
    },
    reset: () => {
      requests.length = 0;
      replies = [];
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<ReceivedRequest> {
  const closed = once(response, 'close').then(() => !response.writableFinished);
  let text = '';
  for await (const piece of incoming.setEncoding('utf8')) text += piece;
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
    closed,
  };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Half of an answer, and then nothing: the client sees a connection that breaks. */
function cutJson(response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

async function sendEvents(
  response: ServerResponse,
  answer: Answer,
  events: readonly WireEvent[],
  reply: ScriptedReply,
): Promise<void> {
  const { hangAfter, cutAfter, endAfter, errorAfter, pauseMs = 0 } = reply;
  const last = Math.min(events.length, ...[hangAfter, cutAfter, endAfter, errorAfter].filter((n) => n !== undefined));
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...answer.headers,
    ...reply.headers,
  });
  response.flushHeaders();
  for (const event of events.slice(0, last)) {
    if (response.destroyed) return;
    await write(response, event);
    if (pauseMs > 0) await pause(pauseMs);
  }
  if (hangAfter !== undefined) return;
  if (cutAfter !== undefined) {
    response.destroy();
    return;
  }
  if (errorAfter !== undefined) await write(response, answer.errorEvent);
  response.end();
}

function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(text, () => resolve());
  });
}
