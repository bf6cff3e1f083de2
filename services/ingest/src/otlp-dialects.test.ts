import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';
import { CHAT, END, EXACT, START, sendTraced, tracedCall } from './testing/traced.ts';

describe('a traced call', () => {
  let ingest: IngestFixture;

  beforeAll(async () => {
    ingest = await startIngestFixture({ listen: true });
  });
  afterEach(async () => {
    await sql`truncate usage_records, provider_responses`.execute(ingest.database.owner);
    await ingest.captureContent(false);
  });
  afterAll(() => ingest.close());

  it.each([
    ['the older names', { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-test' }, 'otel.gen-ai'],
    [
      'OpenLLMetry',
      { 'gen_ai.system': 'OpenAI', 'llm.request.type': 'chat', 'gen_ai.request.model': 'gpt-test' },
      'otel.gen-ai',
    ],
  ])('is read by %s', async (_name, attributes, source) => {
    const older = {
      'gen_ai.usage.prompt_tokens': 1_000,
      'gen_ai.usage.completion_tokens': 200,
      'gen_ai.usage.cache_read_input_tokens': 400,
      'gen_ai.usage.reasoning_tokens': 50,
    };
    await sendTraced(ingest, tracedCall({ ...attributes, ...older }));
    expect(await ingest.records()).toMatchObject([{ ...EXACT, source, provider: 'openai' }]);
  });

  it('is read as OpenInference describes it', async () => {
    await sendTraced(
      ingest,
      tracedCall(
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

  it('of the Vercel AI SDK is its inner span only', async () => {
    const usage = { 'ai.usage.inputTokens': 1_000, 'ai.usage.outputTokens': 200, 'ai.usage.cachedInputTokens': 400 };
    await sendTraced(ingest, (tracer) => {
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

  it('of the Vercel AI SDK since version 7 follows the conventions, with the reasoning in a name of its own', async () => {
    const { 'gen_ai.usage.reasoning.output_tokens': reasoning, ...conventional } = CHAT;
    await sendTraced(
      ingest,
      tracedCall({
        ...conventional,
        'ai.usage.outputTokenDetails.reasoningTokens': reasoning,
        'gen_ai.client.operation.time_to_first_chunk': 0.12,
      }),
    );
    expect(await ingest.records()).toMatchObject([{ ...EXACT, source: 'otel.gen-ai', time_to_first_token_ms: 120 }]);
  });

  it('counts once where a framework and the client below it both describe it', async () => {
    await sendTraced(ingest, (tracer) => {
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

  it('that failed is kept, unbilled, with what went wrong', async () => {
    await sendTraced(ingest, (tracer) => {
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

  it('has texts only where the project allows it', async () => {
    const texts = {
      'gen_ai.input.messages': JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: 'first' }] },
        { role: 'assistant', parts: [{ type: 'text', content: 'yes?' }] },
        { role: 'user', parts: [{ type: 'text', content: '😀'.repeat(600) }] },
      ]),
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'fine' }] }]),
    };
    await sendTraced(ingest, tracedCall({ ...CHAT, ...texts }));
    expect(await ingest.records()).toMatchObject([{ prompt_text: null, response_text: null }]);
    await sql`truncate usage_records, provider_responses`.execute(ingest.database.owner);
    await ingest.captureContent(true);
    await sendTraced(ingest, tracedCall({ ...CHAT, ...texts }));
    expect(await ingest.records()).toMatchObject([{ prompt_text: '😀'.repeat(500), response_text: 'fine' }]);
  });

  it('is priced by its model alone where nobody names the provider, and says so', async () => {
    const { 'gen_ai.provider.name': _, ...nameless } = CHAT;
    await sendTraced(ingest, tracedCall(nameless));
    expect(await ingest.records()).toMatchObject([
      { ...EXACT, provider: 'unknown', price_match: 'other_provider', approximate: [expect.any(String)] },
    ]);
  });

  it('belongs to whoever answered it, not to the form in which the client spoke', async () => {
    await sendTraced(ingest, tracedCall({ ...CHAT, 'server.address': 'openrouter.ai' }));
    expect(await ingest.records()).toMatchObject([{ provider: 'openrouter' }]);
  });
});
