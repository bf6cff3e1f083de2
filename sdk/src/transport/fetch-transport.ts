import { type IncomingReply, MAX_REPLY_CHARACTERS, type OutgoingRequest, type Transport } from './transport.ts';

/** Sends with a `fetch` that the host gave: its own proxy, its own certificates, the global one. */
export class FetchTransport implements Transport {
  readonly #endpoint: URL;
  readonly #timeoutMs: number;
  readonly #fetch: typeof globalThis.fetch;

  constructor(endpoint: URL, timeoutMs: number, fetch: typeof globalThis.fetch) {
    this.#endpoint = endpoint;
    this.#timeoutMs = timeoutMs;
    this.#fetch = fetch;
  }

  async send(
    { headers, body, method = 'POST', url = this.#endpoint }: OutgoingRequest,
    signal: AbortSignal,
  ): Promise<IncomingReply> {
    const fetch = this.#fetch;
    const response = await fetch(url.href, {
      method,
      headers,
      ...(method === 'POST' ? { body } : {}),
      // A redirected POST would become a GET and lose the records.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
    });
    const text = await response.text();
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      etag: response.headers.get('etag'),
      body: text.slice(0, MAX_REPLY_CHARACTERS),
    };
  }

  close(): void {}
}
