/**
 * A wrapped client behaves as the client that it wraps: what the host does is done to both, with the same answers
 * scripted, and what the host sees is compared. And each call leaves exactly one record.
 */
import { describe, expect, it } from 'vitest';
import type { ReceivedRequest } from '../../../tests/providers/provider-server.ts';
import type { ScriptedReply } from '../../../tests/providers/reply.ts';
import { CHAT, MESSAGE, newAnthropic, newOpenAI, RESPONSE, useFixture } from '../../testing/fixture.ts';
import { wrapAnthropic } from './anthropic.ts';
import { wrapOpenAI } from './openai.ts';

const fixture = useFixture();

/** The part of the streams of both clients that a host uses. */
interface HostStream extends AsyncIterable<unknown> {
  controller: AbortController;
  tee(): [HostStream, HostStream];
  toReadableStream(): ReadableStream;
}
interface HostPromise<T> extends Promise<T> {
  asResponse(): Promise<Response>;
  withResponse(): Promise<{ data: T; response: Response }>;
}
/** A call of some method of a client, streamed. */
type Call = (client: unknown, options?: { signal?: AbortSignal; maxRetries?: number }) => HostPromise<HostStream>;

interface Method {
  make(wrap: boolean): unknown;
  stream: Call;
  plain(client: unknown, options?: { signal?: AbortSignal; maxRetries?: number }): HostPromise<unknown>;
  requests(): ReceivedRequest[];
  script(reply: ScriptedReply): void;
}

const openai = (wrap: boolean) => {
  const client = newOpenAI(fixture.openai);
  return wrap ? wrapOpenAI(client, fixture.tokengrip, { provider: 'openai' }) : client;
};
const anthropic = (wrap: boolean) => {
  const client = newAnthropic(fixture.anthropic);
  return wrap ? wrapAnthropic(client, fixture.tokengrip) : client;
};
const atOpenAI = {
  make: openai,
  requests: () => fixture.openai.requests,
  script: (r: ScriptedReply) => fixture.openai.reply(r),
};
const atAnthropic = {
  make: anthropic,
  requests: () => fixture.anthropic.requests,
  script: (r: ScriptedReply) => fixture.anthropic.reply(r),
};
type OpenAIClient = ReturnType<typeof newOpenAI>;
type AnthropicClient = ReturnType<typeof newAnthropic>;

const METHODS: Record<string, Method> = {
  'chat.completions.create': {
    ...atOpenAI,
    stream: (client, options) =>
      (client as OpenAIClient).chat.completions.create({ ...CHAT, stream: true }, options) as never,
    plain: (client, options) => (client as OpenAIClient).chat.completions.create(CHAT, options) as never,
  },
  'responses.create': {
    ...atOpenAI,
    stream: (client, options) =>
      (client as OpenAIClient).responses.create({ ...RESPONSE, stream: true }, options) as never,
    plain: (client, options) => (client as OpenAIClient).responses.create(RESPONSE, options) as never,
  },
  'messages.create': {
    ...atAnthropic,
    stream: (client, options) =>
      (client as AnthropicClient).messages.create({ ...MESSAGE, stream: true }, options) as never,
    plain: (client, options) => (client as AnthropicClient).messages.create(MESSAGE, options) as never,
  },
  'beta.messages.create': {
    ...atAnthropic,
    stream: (client, options) =>
      (client as AnthropicClient).beta.messages.create({ ...MESSAGE, stream: true }, options) as never,
    plain: (client, options) => (client as AnthropicClient).beta.messages.create(MESSAGE, options) as never,
  },
};

type Seen = unknown[];

/** What the host does with a stream. It writes down what it sees. */
const READINGS: Record<string, (call: Call, client: unknown, seen: Seen) => Promise<void>> = {
  'reads it to the end': async (call, client, seen) => {
    for await (const event of await call(client)) seen.push(event);
  },
  'leaves it after two events': async (call, client, seen) => {
    const stream = await call(client);
    for await (const event of stream) if (seen.push(event) === 2) break;
    seen.push({ aborted: stream.controller.signal.aborted });
  },
  'leaves it before the first event': async (call, client, seen) => {
    const iterator = (await call(client))[Symbol.asyncIterator]();
    seen.push(await iterator.return?.());
  },
  'throws in the middle': async (call, client, seen) => {
    for await (const event of await call(client)) {
      if (seen.push(event) === 2) throw new RangeError('of the host');
    }
  },
  'aborts it by its controller': async (call, client, seen) => {
    const stream = await call(client);
    for await (const event of stream) if (seen.push(event) === 2) stream.controller.abort();
  },
  'aborts it by its signal': async (call, client, seen) => {
    const controller = new AbortController();
    for await (const event of await call(client, { signal: controller.signal })) {
      if (seen.push(event) === 2) controller.abort();
    }
  },
  'aborts the call before it starts': async (call, client) => {
    await call(client, { signal: AbortSignal.abort() });
  },
  'reads it twice': async (call, client, seen) => {
    const stream = await call(client);
    for await (const event of stream) seen.push(event);
    for await (const event of stream) seen.push(event);
  },
  'reads both branches': async (call, client, seen) => {
    const [left, right] = (await call(client)).tee();
    for await (const event of left) seen.push(event);
    for await (const event of right) seen.push(event);
  },
  'reads it as a ReadableStream': async (call, client, seen) => {
    const reader = (await call(client)).toReadableStream().pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) seen.push(piece.value);
  },
  'asks for several events at once': async (call, client, seen) => {
    const iterator = (await call(client))[Symbol.asyncIterator]();
    seen.push(...(await Promise.all([iterator.next(), iterator.next(), iterator.next()])));
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) seen.push(next.value);
    seen.push(await iterator.next());
  },
  'takes the response with it': async (call, client, seen) => {
    const { data, response } = await call(client).withResponse();
    seen.push(response.status, response.headers.get('content-type'));
    for await (const event of data) seen.push(event);
  },
};

/** How the provider behaves. Retries are made at once. */
const retry = { headers: { 'retry-after-ms': '1' } };
const PROVIDERS: Record<string, ScriptedReply[]> = {
  answers: [{ id: 'x' }],
  'answers slowly': [{ id: 'x', pauseMs: 3 }],
  'cuts the connection': [{ id: 'x', cutAfter: 3 }],
  'ends too early': [{ id: 'x', endAfter: 3 }],
  'sends an error in the stream': [{ id: 'x', errorAfter: 3 }],
  'refuses the request': [
    { id: 'x', status: 400 },
    { id: 'x', status: 400 },
  ],
  'fails for good': [500, 500, 500].map((status) => ({ id: 'x', status, ...retry })),
  'limits the rate once': [{ id: 'x', status: 429, ...retry }, { id: 'x' }],
};

/** Readings that are over although the provider sends nothing more. */
const LEAVING = [
  'leaves it after two events',
  'throws in the middle',
  'aborts it by its controller',
  'aborts it by its signal',
];

/** What the host saw, and how it ended. */
async function trace(replies: ScriptedReply[], method: Method, host: (seen: Seen) => Promise<void>) {
  for (const reply of replies) method.script(reply);
  const seen: Seen = [];
  let ended: unknown = 'well';
  try {
    await host(seen);
  } catch (error) {
    ended = describeError(error);
  }
  const attempts = method.requests().map(({ path, body, headers }) => {
    const { stream_options: _, ...sent } = body ?? {};
    return { path, sent, retry: headers['x-stainless-retry-count'], helper: headers['x-stainless-helper-method'] };
  });
  const leaving = Promise.all(method.requests().map(({ closed }) => closed));
  fixture.openai.reset();
  fixture.anthropic.reset();
  return { trace: { seen: JSON.parse(JSON.stringify(seen)), ended, attempts }, leaving };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { status, code, type } = error as { status?: unknown; code?: unknown; type?: unknown };
  return { class: error.constructor.name, name: error.name, message: error.message, status, code, type };
}

describe.each(Object.entries(METHODS))('%s', (_, method) => {
  describe.each(Object.entries(PROVIDERS))('while the provider %s', (_, replies) => {
    it.each(Object.entries(READINGS))('is the same for a host that %s', async (_, read) => {
      const run = (wrap: boolean) => trace(replies, method, (seen) => read(method.stream, method.make(wrap), seen));
      const [unwrapped, wrapped] = [await run(false), await run(true)];
      expect(wrapped.trace).toEqual(unwrapped.trace);
      expect(await fixture.records()).toHaveLength(1);
      expect(fixture.warnings).toEqual([]);
    });

    it('is the same for a host that wants no stream', async () => {
      const run = (wrap: boolean) =>
        trace(replies, method, async (seen) => {
          seen.push(await method.plain(method.make(wrap)));
        });
      const [unwrapped, wrapped] = [await run(false), await run(true)];
      expect(wrapped.trace).toEqual(unwrapped.trace);
      expect(await fixture.records()).toHaveLength(1);
    });
  });

  describe('while the provider sends nothing more', () => {
    it.each(LEAVING)('lets go of the connection for a host that %s', async (name) => {
      const read = READINGS[name];
      if (read === undefined) throw new Error(name);
      const run = (wrap: boolean) =>
        trace([{ id: 'x', hangAfter: 3 }], method, (seen) => read(method.stream, method.make(wrap), seen));
      const [unwrapped, wrapped] = [await run(false), await run(true)];
      expect(wrapped.trace).toEqual(unwrapped.trace);
      expect(await unwrapped.leaving).toEqual([true]);
      expect(await wrapped.leaving).toEqual([true]);
      expect(await fixture.record()).toMatchObject({ status: 'ok', finishReason: 'cancelled', streamed: true });
    });

    it('lets a host abort that waits for the answer', async () => {
      const run = (wrap: boolean) =>
        trace([{ hangAfter: 0 }], method, async () => {
          const controller = new AbortController();
          const answer = method.plain(method.make(wrap), { signal: controller.signal });
          const arrived = answer.catch((error: unknown) => error);
          while (method.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
          controller.abort();
          throw await arrived;
        });
      const [unwrapped, wrapped] = [await run(false), await run(true)];
      expect(wrapped.trace).toEqual(unwrapped.trace);
      expect(await wrapped.leaving).toEqual([true]);
      expect(await fixture.record()).toMatchObject({ status: 'error', errorType: 'APIUserAbortError' });
    });
  });
});
