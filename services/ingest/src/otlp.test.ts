import { type Attributes, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

const START = new Date('2026-08-01T11:58:00.250Z');
const END = new Date('2026-08-01T11:58:01.500Z');

/** 600 × 2.5e-6 + 400 × 2.5e-7 + 150 × 1.5e-5 + 50 × 1.5e-5 */
const USAGE = {
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 200,
  'gen_ai.usage.cache_read.input_tokens': 400,
  'gen_ai.usage.reasoning.output_tokens': 50,
};
const EXACT = { cost_status: 'priced', total_pico_usd: 4_600_000_000n, input_tokens: 600, reasoning_tokens: 50 };

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-test',
  'gen_ai.response.model': 'gpt-test',
  ...USAGE,
};

describe('POST /v1/traces', () => {
  let ingest: IngestFixture;

  beforeAll(async () => {
    ingest = await startIngestFixture({ listen: true });
  });
  afterEach(async () => {
    await sql`truncate usage_records, provider_responses`.execute(ingest.database.owner);
    await ingest.captureContent(false);
  });
  afterAll(() => ingest.close());

  const settings = () => ({
    url: `${ingest.address}/v1/traces`,
    headers: { authorization: `Bearer ${ingest.secret}` },
  });

  /** The official exporters, over the wire. */
  const exporters: [name: string, make: () => SpanExporter][] = [
    ['protobuf', () => new ProtobufExporter(settings())],
    ['protobuf and gzip', () => new ProtobufExporter({ ...settings(), compression: 'gzip' as never })],
    ['JSON', () => new JsonExporter(settings())],
    ['JSON and gzip', () => new JsonExporter({ ...settings(), compression: 'gzip' as never })],
  ];

  /** Records spans with the SDK and delivers them. */
  async function send(
    record: (tracer: ReturnType<TracerProvider['getTracer']>) => void,
    exporter: SpanExporter = new ProtobufExporter(settings()),
    resource: Attributes = { 'service.name': 'checkout' },
  ) {
    const provider = new TracerProvider({
      resource: resourceFromAttributes(resource),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    record(provider.getTracer('test'));
    await provider.forceFlush();
    await provider.shutdown();
  }

  /** One call with these attributes. */
  const call =
    (attributes: Attributes, kind = SpanKind.CLIENT) =>
    (tracer: ReturnType<TracerProvider['getTracer']>) =>
      tracer.startSpan('call', { startTime: START, kind, attributes }).end(END);

  it.each(exporters)('stores and prices what the official exporter sends as %s', async (_name, exporter) => {
    await send(
      call({
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

  it.each([
    ['the older names', { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-test' }, 'otel.gen-ai'],
    [
      'OpenLLMetry',
      { 'gen_ai.system': 'OpenAI', 'llm.request.type': 'chat', 'gen_ai.request.model': 'gpt-test' },
      'otel.gen-ai',
    ],
  ])('reads %s', async (_name, attributes, source) => {
    const older = {
      'gen_ai.usage.prompt_tokens': 1_000,
      'gen_ai.usage.completion_tokens': 200,
      'gen_ai.usage.cache_read_input_tokens': 400,
      'gen_ai.usage.reasoning_tokens': 50,
    };
    await send(call({ ...attributes, ...older }));
    expect(await ingest.records()).toMatchObject([{ ...EXACT, source, provider: 'openai' }]);
  });

  it('reads OpenInference', async () => {
    await send(
      call(
        {
          'openinference.span.kind': 'LLM',
          'llm.provider': 'openai',
          'llm.model_name': 'gpt-test',
          'llm.invocation_parameters': '{"max_tokens": 99, "stream": true, "reasoning_effort": "low"}',
          'llm.token_count.prompt': 1_000,
          'llm.token_count.completion': 200,
          'llm.token_count.prompt_details.cache_read': 400,
          'llm.token_count.completion_details.reasoning': 50,
          'llm.cost.total': 0.0046,
          'session.id': 's-1',
        },
        SpanKind.INTERNAL,
      ),
    );
    expect(await ingest.records()).toMatchObject([
      {
        ...EXACT,
        streamed: true,
        max_output_tokens: 99,
        reasoning_effort: 'low',
        reported_pico_usd: 4_600_000_000n,
        session: 's-1',
      },
    ]);
  });

  it('reads the Vercel AI SDK, and counts its inner spans only', async () => {
    const usage = { 'ai.usage.inputTokens': 1_000, 'ai.usage.outputTokens': 200, 'ai.usage.cachedInputTokens': 400 };
    await send((tracer) => {
      const outer = tracer.startSpan('ai.streamText', {
        startTime: START,
        attributes: { 'ai.operationId': 'ai.streamText', 'ai.model.id': 'gpt-test', ...usage },
      });
      const inner = tracer.startSpan(
        'ai.streamText.doStream',
        {
          startTime: START,
          attributes: {
            'ai.operationId': 'ai.streamText.doStream',
            'ai.model.provider': 'openai.responses',
            'ai.model.id': 'gpt-test',
            'ai.response.model': 'gpt-test',
            'ai.response.finishReason': 'stop',
            'ai.response.msToFirstChunk': 120.4,
            'ai.telemetry.functionId': 'answer',
            'ai.usage.outputTokenDetails.reasoningTokens': 50,
            'gen_ai.system': 'openai.responses',
            'gen_ai.usage.input_tokens': 1_000,
            ...usage,
          },
        },
        trace.setSpan(context.active(), outer),
      );
      inner.end(END);
      outer.end(END);
    });
    expect(await ingest.records()).toMatchObject([
      { ...EXACT, source: 'vercel-ai', provider: 'openai', time_to_first_token_ms: 120, feature: 'answer' },
    ]);
  });

  it('counts a call once that a framework and the client below it both describe', async () => {
    await send((tracer) => {
      const agent = tracer.startSpan('invoke_agent', {
        startTime: START,
        attributes: { ...CHAT, 'gen_ai.operation.name': 'invoke_agent' },
      });
      const within = (parent: typeof agent) => trace.setSpan(context.active(), parent);
      const framework = tracer.startSpan('chat', { startTime: START, attributes: CHAT }, within(agent));
      const client = tracer.startSpan('chat gpt-test', { startTime: START, attributes: CHAT }, within(framework));
      // An inner span that knows nothing of the usage does not take its place.
      const embedding = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': 'embed-test' };
      const outer = { ...embedding, 'gen_ai.provider.name': 'openai', 'gen_ai.usage.input_tokens': 5_000 };
      const outerEmbedding = tracer.startSpan('embeddings', { startTime: START, attributes: outer }, within(agent));
      const inner = tracer.startSpan('POST', { startTime: START, attributes: embedding }, within(outerEmbedding));
      for (const span of [inner, outerEmbedding, client, framework, agent]) span.end(END);
    });
    const records = await ingest.records();
    expect(records.map(({ model, total_pico_usd: total }) => [model, total]).sort()).toEqual([
      ['embed-test', 100_000_000n],
      ['gpt-test', 4_600_000_000n],
    ]);
  });

  it('accepts every other span without a word', async () => {
    const reply = await post({
      resourceSpans: [{ scopeSpans: [{ spans: [span({ 'http.request.method': 'GET' })] }] }],
    });
    expect([reply.status, await reply.json()]).toEqual([200, {}]);
    expect(await ingest.records()).toEqual([]);
  });

  it('keeps a failed call, unbilled, with what went wrong', async () => {
    await send((tracer) => {
      const { 'gen_ai.usage.input_tokens': _, ...rest } = CHAT;
      const attributes = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('gen_ai.usage')));
      const failed = tracer.startSpan('chat', { startTime: START, kind: SpanKind.CLIENT, attributes });
      failed.setAttribute('error.type', 'RateLimitError');
      failed.setStatus({ code: SpanStatusCode.ERROR, message: 'what the user wrote' });
      failed.end(END);
    });
    const [record] = await ingest.records();
    expect(record).toMatchObject({ status: 'error', error_type: 'RateLimitError', total_pico_usd: 0n });
    expect(JSON.stringify(record, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'what the user wrote',
    );
  });

  it('stores texts only where the project allows it', async () => {
    const texts = {
      'gen_ai.input.messages': JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: 'first' }] },
        { role: 'assistant', parts: [{ type: 'text', content: 'yes?' }] },
        { role: 'user', parts: [{ type: 'text', content: '😀'.repeat(600) }] },
      ]),
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'fine' }] }]),
    };
    await send(call({ ...CHAT, ...texts }));
    expect(await ingest.records()).toMatchObject([{ prompt_text: null, response_text: null }]);
    await sql`truncate usage_records, provider_responses`.execute(ingest.database.owner);
    await ingest.captureContent(true);
    await send(call({ ...CHAT, ...texts }));
    expect(await ingest.records()).toMatchObject([{ prompt_text: '😀'.repeat(500), response_text: 'fine' }]);
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
