import * as http from 'node:http';
import * as https from 'node:https';
import { type IncomingReply, MAX_REPLY_CHARACTERS, type OutgoingRequest, type Transport } from './transport.ts';

/** Deliveries follow one another; the second connection is for a last one beside a hanging one. */
const MAX_SOCKETS = 2;

/**
 * Sends with `node:http`, on sockets and timers that do not keep the process alive. The global `fetch` cannot do
 * that: a request of it that hangs would hold up the end of the host.
 */
export class HttpTransport implements Transport {
  readonly #endpoint: URL;
  readonly #timeoutMs: number;
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(endpoint: URL, timeoutMs: number) {
    this.#endpoint = endpoint;
    this.#timeoutMs = timeoutMs;
    this.#client = endpoint.protocol === 'https:' ? https : http;
    this.#agent = new this.#client.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  send(
    { headers, body, method = 'POST', url = this.#endpoint }: OutgoingRequest,
    signal: AbortSignal,
  ): Promise<IncomingReply> {
    return new Promise((resolve, reject) => {
      const request = this.#client.request(url, {
        method,
        agent: this.#agent,
        headers: { ...headers, 'content-length': String(body.byteLength) },
        signal,
      });
      const timer = setTimeout(() => request.destroy(timeoutError()), this.#timeoutMs);
      timer.unref();
      const settle = (done: () => void) => {
        clearTimeout(timer);
        done();
      };
      // The agent takes a reference again whenever it reuses a socket, before this event.
      request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => settle(() => reject(error)));
      request.on('response', (response) => {
        readBody(response).then(
          (text) =>
            settle(() =>
              resolve({
                status: response.statusCode ?? 0,
                retryAfter: response.headers['retry-after'] ?? null,
                etag: response.headers.etag ?? null,
                body: text,
              }),
            ),
          (error) => settle(() => reject(error)),
        );
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readBody(response: http.IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const piece of response) {
    text += piece;
    if (text.length > MAX_REPLY_CHARACTERS) {
      response.destroy();
      break;
    }
  }
  return text.slice(0, MAX_REPLY_CHARACTERS);
}

function timeoutError(): Error {
  return Object.assign(new Error('no reply in time'), { code: 'ETIMEDOUT' });
}
