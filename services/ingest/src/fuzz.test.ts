import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

/** `FUZZ_RUNS=100000 npx vitest run services/ingest/src/fuzz.test.ts` looks longer. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 700);
const TIME_MS = Math.max(60_000, RUNS * 20);

/** Attributes of every dialect at once: whatever is changed, some reader is hit. */
const ATTRIBUTES: Record<string, string | number | boolean | string[]> = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-test',
  'gen_ai.request.max_tokens': 100,
  'gen_ai.request.stream': true,
  'gen_ai.response.id': 'r-1',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.response.time_to_first_chunk': 0.25,
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 200,
  'gen_ai.usage.cache_read.input_tokens': 400,
  'gen_ai.usage.cost': 0.0046,
  'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hello"}]}]',
  'gen_ai.prompt.0.role': 'user',
  'gen_ai.prompt.0.content': 'hello',
  'llm.invocation_parameters': '{"max_tokens":5}',
  'ai.usage.inputTokenDetails.cacheReadTokens': 400,
  'error.type': 'timeout',
  'server.address': 'api.openai.com',
  'tokengrip.tag.team': 'search',
};

const START = '1785585480250000000'; // 2026-08-01T11:58:00.25Z

const anyValue = (value: string | number | boolean | string[]): object => {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};
const attributes = Object.entries(ATTRIBUTES).map(([key, value]) => ({ key, value: anyValue(value) }));
const trace = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: ['eee19b7ec3c1b174', 'eee19b7ec3c1b175'].map((spanId) => ({
            traceId: '5b8efff798038103d269b633813fc60c',
            spanId,
            parentSpanId: 'eee19b7ec3c1b174',
            kind: 3,
            startTimeUnixNano: START,
            endTimeUnixNano: START,
            status: { code: 2 },
            attributes,
            events: [{ timeUnixNano: START, name: 'First Token Stream Event', attributes }],
          })),
        },
      ],
    },
  ],
};

const payload = {
  id: 'chatcmpl-1',
  call_type: 'acompletion',
  cache_hit: false,
  stream: true,
  status: 'success',
  custom_llm_provider: 'openai',
  startTime: 1785585480.25,
  endTime: 1785585481.5,
  completionStartTime: 1785585480.5,
  model: 'gpt-4o',
  metadata: {
    user_api_key_alias: 'a',
    requester_metadata: { customer: 'acme', x: 1 },
    usage_object: { prompt_tokens: 3 },
  },
  response_cost: 0.0002,
  total_tokens: 30,
  prompt_tokens: 10,
  completion_tokens: 20,
  request_tags: ['a:b', 'c'],
  end_user: 'u',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
  response: {
    id: 'r',
    choices: [{ finish_reason: 'stop', message: { content: 'hi' } }],
    usage: { prompt_tokens: 10, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 4 } },
  },
  model_parameters: { max_tokens: 5 },
  error_information: { error_class: 'X' },
};

/** Values that parsers forget. */
const oddValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', '\0', 'a\ud800', '__proto__', 'NaN', '1e999', '-1', 'x'.repeat(3_000)) },
  { weight: 4, arbitrary: fc.constantFrom(null, true, -1, 0.5, 1e21, -0, 2 ** 53, 1e308, 9_999_999_999) },
  { weight: 2, arbitrary: fc.constantFrom([], {}, [[[[]]]], [null], nested(40)) },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { content: [nested(depth - 1)] };
}

/** Where to change a body (the number of a place, counted through) and to what; without a value the place is taken out. */
const change = fc.record({ place: fc.nat({ max: 2_000 }), value: fc.option(oddValue, { nil: undefined }) });

/** A copy with the changes. Places of a body are all properties and entries in it, at any depth. */
function changed(body: unknown, changes: readonly { place: number; value: unknown }[]): unknown {
  const copy = structuredClone(body);
  for (const { place, value } of changes) {
    const places = placesOf(copy);
    const at = places[place % Math.max(1, places.length)];
    if (at === undefined) continue;
    if (value === undefined) delete at.holder[at.key];
    else at.holder[at.key] = structuredClone(value);
  }
  return copy;
}

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, entry]) => [{ holder, key }, ...placesOf(entry)]);
}

/** Bytes overwritten, taken out or put in. */
const byteChange = fc.record({
  at: fc.nat({ max: 100_000 }),
  remove: fc.nat({ max: 4 }),
  insert: fc.uint8Array({ maxLength: 6 }),
});

function changedBytes(bytes: Buffer, changes: readonly { at: number; remove: number; insert: Uint8Array }[]): Buffer {
  let result = bytes;
  for (const { at, remove, insert } of changes) {
    const start = at % (result.length + 1);
    result = Buffer.concat([result.subarray(0, start), insert, result.subarray(start + remove)]);
  }
  return result;
}

describe('whatever is sent', () => {
  let ingest: IngestFixture;
  let protobuf: Buffer;

  beforeAll(async () => {
    ingest = await startIngestFixture();
    await ingest.captureContent(true);
    protobuf = await exportedBody();
  });
  afterAll(() => ingest.close());

  async function expectAnswer(url: string, body: Buffer | string, type = 'application/json') {
    const reply = await ingest.server.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${ingest.secret}`, 'content-type': type },
      payload: body,
    });
    expect([200, 400, 413], reply.body).toContain(reply.statusCode);
    return reply;
  }

  const holds = async (property: fc.IAsyncProperty<unknown>) =>
    fc.assert(property as fc.IAsyncProperty<[unknown]>, { numRuns: RUNS });

  it('to /v1/traces as JSON is answered, and never breaks the server', { timeout: TIME_MS }, async () => {
    expect((await expectAnswer('/v1/traces', JSON.stringify(trace))).body).toBe('{}');
    const changes = fc.array(change, { minLength: 1, maxLength: 6 });
    await holds(
      fc.asyncProperty(changes, async (list) => {
        await expectAnswer('/v1/traces', JSON.stringify(changed(trace, list)));
      }),
    );
  });

  it('to /v1/traces as protobuf is answered, and never breaks the server', { timeout: TIME_MS }, async () => {
    expect((await expectAnswer('/v1/traces', protobuf, 'application/x-protobuf')).rawPayload).toHaveLength(0);
    const changes = fc.array(byteChange, { minLength: 1, maxLength: 5 });
    await holds(
      fc.asyncProperty(changes, async (list) => {
        await expectAnswer('/v1/traces', changedBytes(protobuf, list), 'application/x-protobuf');
      }),
    );
  });

  it('to /v1/litellm is answered, and never breaks the server', { timeout: TIME_MS }, async () => {
    expect((await expectAnswer('/v1/litellm', JSON.stringify([payload]))).json()).toMatchObject({ rejected: [] });
    const changes = fc.array(change, { minLength: 1, maxLength: 6 });
    const bytes = fc.array(byteChange, { maxLength: 1 });
    await holds(
      fc.asyncProperty(changes, bytes, async (list, byteList) => {
        const body = Buffer.from(JSON.stringify([payload, changed(payload, list)]));
        await expectAnswer('/v1/litellm', changedBytes(body, byteList));
      }),
    );
  });
});

/** What the official exporter puts on the wire. */
async function exportedBody(): Promise<Buffer> {
  const bodies: Buffer[] = [];
  const collector = createServer((request, response) => {
    request.on('data', (piece: Buffer) => bodies.push(piece)).on('end', () => response.end());
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` });
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const startTime = new Date('2026-08-01T11:58:00.250Z');
  const span = provider.getTracer('test').startSpan('call', { startTime, kind: 2, attributes: ATTRIBUTES });
  span.addEvent('First Token Stream Event', { content: 'x' }, startTime);
  span.end(new Date('2026-08-01T11:58:01Z'));
  await provider.shutdown();
  collector.closeAllConnections();
  collector.close();
  return Buffer.concat(bodies);
}
