import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';
import { CHAT, EXACT, exporterSettings, START, sendTraced, tracedCall, USAGE } from './testing/traced.ts';

describe('POST /v1/traces', () => {
  let ingest: IngestFixture;

  beforeAll(async () => {
    ingest = await startIngestFixture({ listen: true });
  });
  afterEach(async () => {
    await sql`truncate usage_records, provider_responses`.execute(ingest.database.owner);
  });
  afterAll(() => ingest.close());

  /** The official exporters, over the wire. */
  const exporters: [name: string, make: () => SpanExporter][] = [
    ['protobuf', () => new ProtobufExporter(exporterSettings(ingest))],
    ['protobuf and gzip', () => new ProtobufExporter({ ...exporterSettings(ingest), compression: 'gzip' as never })],
    ['JSON', () => new JsonExporter(exporterSettings(ingest))],
    ['JSON and gzip', () => new JsonExporter({ ...exporterSettings(ingest), compression: 'gzip' as never })],
  ];

  it.each(exporters)('stores and prices what the official exporter sends as %s', async (_name, exporter) => {
    await sendTraced(
      ingest,
      tracedCall({
        ...CHAT,
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.request.max_tokens': 512,
        'gen_ai.response.time_to_first_chunk': 0.3,
        'gen_ai.conversation.id': 'conversation-1',
        'user.id': 'user-1',
        'tokengrip.customer': 'acme',
        'tokengrip.tag.team': 'search',
        'openai.response.service_tier': 'default',
      }),
      exporter(),
      { 'service.name': 'checkout', 'deployment.environment.name': 'staging', 'tokengrip.feature': 'summarize' },
    );
    expect(await ingest.records()).toMatchObject([
      {
        ...EXACT,
        ts: START,
        source: 'otel.gen-ai',
        provider: 'openai',
        model: 'gpt-test',
        status: 'ok',
        latency_ms: 1_250,
        time_to_first_token_ms: 300,
        streamed: true,
        max_output_tokens: 512,
        finish_reason: 'stop',
        service_tier: 'default',
        feature: 'summarize',
        environment: 'staging',
        end_user: 'user-1',
        session: 'conversation-1',
        customer: 'acme',
        tags: { team: 'search', service: 'checkout' },
        raw_usage: USAGE,
        prompt_text: null,
      },
    ]);
  });

  it('accepts every other span without a word', async () => {
    const reply = await post({
      resourceSpans: [{ scopeSpans: [{ spans: [span({ 'http.request.method': 'GET' })] }] }],
    });
    expect([reply.status, await reply.json()]).toEqual([200, {}]);
    expect(await ingest.records()).toEqual([]);
  });

  const SPAN_START = String(BigInt(START.getTime()) * 1_000_000n);

  const span = (attributes: Record<string, unknown>, more: object = {}) => ({
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    kind: 3,
    startTimeUnixNano: SPAN_START,
    endTimeUnixNano: SPAN_START,
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
    })),
    ...more,
  });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${ingest.address}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ingest.secret}`, ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });

  it('recognizes a span that is sent again', async () => {
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span(CHAT)] }] }] };
    await post(body);
    await post(body);
    expect(await ingest.records()).toHaveLength(1);
  });

  it('reads what careless senders write: names in snake_case, numbers for texts, enums by name', async () => {
    const careless = {
      trace_id: '5B8EFFF798038103D269B633813FC60C',
      span_id: 'eee19b7ec3c1b174',
      kind: 'SPAN_KIND_CLIENT',
      start_time_unix_nano: Number(SPAN_START),
      status: { code: 'STATUS_CODE_ERROR' },
      attributes: [
        { key: 'gen_ai.system', value: { string_value: 'openai' } },
        { key: 'gen_ai.request.model', value: { string_value: 'gpt-test' } },
        { key: 'gen_ai.usage.input_tokens', value: { int_value: 1_000 } },
        { key: 'gen_ai.usage.output_tokens', value: { double_value: 200 } },
      ],
    };
    await post({ resource_spans: [{ scope_spans: [{ spans: [careless] }] }] });
    expect(await ingest.records()).toMatchObject([
      { input_tokens: 1_000, output_tokens: 200, status: 'error', trace_id: '5b8efff798038103d269b633813fc60c' },
    ]);
  });

  it('says which calls it refused and why, and stores the others', async () => {
    const old = span(CHAT, { spanId: 'aaaaaaaaaaaaaaaa', startTimeUnixNano: '1000000000000000000' });
    const reply = await post({ resourceSpans: [{ scopeSpans: [{ spans: [old, span(CHAT)] }] }] });
    expect([reply.status, reply.headers.get('content-type'), await reply.json()]).toEqual([
      200,
      expect.stringContaining('application/json'),
      {
        partialSuccess: {
          rejectedSpans: '1',
          errorMessage: expect.stringMatching(/^span aaaaaaaaaaaaaaaa: timestamp/),
        },
      },
    ]);
    expect(await ingest.records()).toHaveLength(1);
  });

  it.each([
    ['malformed JSON', '{"resourceSpans": [', {}, 400],
    ['JSON of another form', { resourceSpans: 7 }, {}, 400],
    ['malformed protobuf', new Uint8Array([10, 200, 1]), { 'content-type': 'application/x-protobuf' }, 400],
    ['a wrong key', { resourceSpans: [] }, { authorization: 'Bearer nonsense' }, 401],
    ['another content type', 'x', { 'content-type': 'text/csv' }, 415],
    ['a body over the limit', new Uint8Array(257 * 1024), { 'content-type': 'application/x-protobuf' }, 413],
  ])('answers %s with a google.rpc.Status in the encoding of the request', async (_name, body, headers, status) => {
    const reply = await post(body, headers);
    const encoding = headers['content-type' as keyof typeof headers];
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(reply.status).toBe(status);
    if (encoding === 'application/x-protobuf') {
      expect(reply.headers.get('content-type')).toBe('application/x-protobuf');
      // Field 1 is the code, field 2 the message.
      expect([bytes[0], bytes[2]]).toEqual([0x08, 0x12]);
    } else {
      expect(JSON.parse(bytes.toString())).toEqual({ code: expect.any(Number), message: expect.any(String) });
    }
  });

  it('takes an empty request, in both encodings', async () => {
    const json = await post({});
    expect([json.status, await json.text()]).toEqual([200, '{}']);
    const protobuf = await post(new Uint8Array(), { 'content-type': 'application/x-protobuf' });
    expect([protobuf.status, await protobuf.text()]).toEqual([200, '']);
  });
});
