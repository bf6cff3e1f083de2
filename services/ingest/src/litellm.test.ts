import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

/** Seconds, as LiteLLM writes times: 2026-08-01T11:58:00.25Z. */
const START = Date.UTC(2026, 7, 1, 11, 58, 0, 250) / 1_000;

/** A payload as a proxy of 2026 sends it, of a streamed call by a virtual key. */
const payload = (more: Record<string, unknown> = {}) => ({
  id: 'chatcmpl-2299b6a2-82a3-465a-b47c-04e685a2227f',
  trace_id: 'trace-1',
  call_type: 'acompletion',
  cache_hit: null,
  stream: true,
  status: 'success',
  custom_llm_provider: 'openai',
  saved_cache_cost: 0,
  startTime: START,
  endTime: START + 1.25,
  completionStartTime: START + 0.4,
  response_time: 0.4,
  model: 'gpt-4o',
  metadata: {
    user_api_key_hash: '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b',
    user_api_key_alias: 'summarizer',
    user_api_key_team_id: 'team-7',
    user_api_key_team_alias: 'search',
    user_api_key_user_id: 'default_user_id',
    spend_logs_metadata: { cost_center: 4711 },
    requester_metadata: { customer: 'acme', environment: 'staging' },
    usage_object: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
  },
  cache_key: null,
  response_cost: 0.00022500000000000002,
  total_tokens: 30,
  prompt_tokens: 10,
  completion_tokens: 20,
  request_tags: ['team:ignored, since the key says it', 'nightly', 'User-Agent: openai-python/2.1'],
  end_user: 'user-9',
  api_base: 'https://api.openai.com',
  model_group: 'fast',
  model_id: 'b68d56d7',
  messages: [{ role: 'user', content: 'Hello, world!' }],
  response: {
    id: 'chatcmpl-2299b6a2-82a3-465a-b47c-04e685a2227f',
    created: 1742855151,
    model: 'gpt-4o',
    object: 'chat.completion',
    choices: [{ finish_reason: 'stop', index: 0, message: { content: 'hi', role: 'assistant' } }],
    usage: {
      completion_tokens: 20,
      prompt_tokens: 10,
      total_tokens: 30,
      completion_tokens_details: null,
      prompt_tokens_details: null,
    },
  },
  model_parameters: { max_tokens: 256, stream: true, reasoning_effort: 'low' },
  hidden_params: { litellm_model_name: 'gpt-4o', response_cost: 0.00022500000000000002 },
  model_map_information: { model_map_key: 'gpt-4o', model_map_value: { key: 'gpt-4o' } },
  error_str: null,
  error_information: { error_code: '', error_class: '', llm_provider: '' },
  ...more,
});

describe('POST /v1/litellm', () => {
  let ingest: IngestFixture;

  beforeAll(async () => {
    ingest = await startIngestFixture();
  });
  afterEach(async () => {
    await sql`truncate usage_records, provider_responses`.execute(ingest.database.owner);
    await ingest.captureContent(false);
  });
  afterAll(() => ingest.close());

  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const reply = await ingest.server.inject({
      method: 'POST',
      url: '/v1/litellm',
      headers: { authorization: `Bearer ${ingest.secret}`, 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
    return { status: reply.statusCode, body: reply.json() };
  };

  it('stores and prices a call with all that the proxy knows of it', async () => {
    expect((await post([payload()])).body).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    // 10 × 2.5e-6 + 20 × 1e-5
    expect(await ingest.records()).toMatchObject([
      {
        ts: new Date(START * 1_000),
        cost_status: 'priced',
        total_pico_usd: 225_000_000n,
        reported_pico_usd: 225_000_000n,
        input_tokens: 10,
        output_tokens: 20,
        source: 'openai-compatible.chat',
        provider: 'openai',
        model: 'gpt-4o',
        status: 'ok',
        latency_ms: 1_250,
        time_to_first_token_ms: 400,
        streamed: true,
        max_output_tokens: 256,
        reasoning_effort: 'low',
        finish_reason: 'stop',
        trace_id: 'trace-1',
        feature: 'summarizer',
        environment: 'staging',
        customer: 'acme',
        end_user: 'user-9',
        tags: { team: 'search', key_alias: 'summarizer', model_group: 'fast', nightly: 'true', cost_center: '4711' },
        prompt_text: null,
        response_text: null,
      },
    ]);
  });

  it("stores and prices the example of LiteLLM's documentation", async () => {
    const example = {
      id: 'chatcmpl-123',
      call_type: 'litellm.completion',
      model: 'gpt-4o',
      messages: [],
      response: {},
      usage: { prompt_tokens: 10, completion_tokens: 20 },
      cost: 0.0001,
      startTime: '2026-08-01T11:00:00',
      endTime: '2026-08-01T11:00:01',
      metadata: {},
    };
    expect((await post([example])).body).toMatchObject({ accepted: 1 });
    expect(await ingest.records()).toMatchObject([
      {
        ts: new Date('2026-08-01T11:00:00Z'),
        latency_ms: 1_000,
        total_pico_usd: 225_000_000n,
        reported_pico_usd: 100_000_000n,
      },
    ]);
  });

  it('prices what was read from the provider’s cache and what was written to it by the details', async () => {
    const usage = {
      prompt_tokens: 1_000,
      completion_tokens: 10,
      prompt_tokens_details: { cached_tokens: 600, cache_creation_tokens: 100 },
      cache_read_input_tokens: 600,
      cache_creation_input_tokens: 100,
    };
    await post(
      payload({
        response: { usage: { prompt_tokens: 1_000, completion_tokens: 10 } },
        metadata: { usage_object: usage },
      }),
    );
    expect(await ingest.records()).toMatchObject([
      { input_tokens: 300, cache_read_tokens: 600, cache_write_5m_tokens: 100 },
    ]);
  });

  it('counts an answer from the cache of the proxy as a call that cost nothing', async () => {
    const hit = payload({ id: 'chatcmpl-1_cache_hit1785', cache_hit: true, response_cost: 0, startTime: START + 5 });
    expect((await post([payload(), hit])).body).toMatchObject({ accepted: 2 });
    expect(await ingest.records()).toMatchObject([
      { total_pico_usd: 225_000_000n },
      { total_pico_usd: 0n, input_tokens: null, tags: { cache_hit: 'true' }, cost_status: 'priced' },
    ]);
  });

  it('keeps a failed call, unbilled, with what went wrong', async () => {
    const failed = payload({
      status: 'failure',
      response: null,
      metadata: {},
      total_tokens: 0,
      prompt_tokens: 0,
      completion_tokens: 0,
      response_cost: 0,
      error_str: 'what the user wrote',
      error_information: { error_code: '429', error_class: 'RateLimitError', llm_provider: 'openai' },
    });
    await post([failed]);
    expect(await ingest.records()).toMatchObject([
      { status: 'error', error_type: 'RateLimitError', total_pico_usd: 0n, time_to_first_token_ms: null },
    ]);
  });

  it.each([
    [
      'anthropic_messages',
      'anthropic.messages',
      { input_tokens: 300, cache_read_input_tokens: 600, output_tokens: 20 },
    ],
    [
      'aresponses',
      'openai.responses',
      { input_tokens: 900, input_tokens_details: { cached_tokens: 600 }, output_tokens: 20 },
    ],
    [
      'pass_through_endpoint',
      'openai-compatible.chat',
      { prompt_tokens: 900, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 600 } },
    ],
  ])('reads the usage of %s in its own form', async (callType, source, usage) => {
    await post(payload({ call_type: callType, response: { usage }, metadata: {} }));
    expect(await ingest.records()).toMatchObject([
      { source, input_tokens: 300, cache_read_tokens: 600, output_tokens: 20 },
    ]);
  });

  it('leaves out what is no call', async () => {
    const nothing = { total_tokens: 0, prompt_tokens: 0, completion_tokens: 0, response_cost: 0 };
    const others = ['afile_list', 'acreate_batch', 'call_mcp_tool', 'amoderation'].map((type) =>
      payload({ call_type: type, ...nothing }),
    );
    expect((await post([...others, null, payload()])).body).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
  });

  it('answers what is no payload by its place, and stores the others', async () => {
    const { body } = await post([null, 7, payload({ startTime: 1 }), payload()]);
    expect(body).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'invalid_field' },
        { index: 2, code: 'timestamp_too_old' },
      ],
    });
  });

  it('recognizes a payload that is sent again', async () => {
    await post([payload()]);
    expect((await post(payload())).body).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it('takes one object a line, unlimited budgets and gzip', async () => {
    const lines = [payload(), payload({ id: 'b', note: '"Infinity" \\" NaN' })].map((one) =>
      JSON.stringify({ ...one, max_budget: 'BUDGET' }).replace('"BUDGET"', 'Infinity'),
    );
    const { body } = await post(gzipSync(lines.join('\n')), { 'content-encoding': 'gzip' });
    expect(body).toEqual({ accepted: 2, duplicates: 0, rejected: [] });
  });

  it('stores texts only where the project allows it', async () => {
    await ingest.captureContent(true);
    await post([payload()]);
    expect(await ingest.records()).toMatchObject([{ prompt_text: 'Hello, world!', response_text: 'hi' }]);
  });

  it.each([
    ['no key', '[]', { authorization: '' }, 401, 'unauthenticated'],
    ['malformed JSON', '[{"id": ', {}, 400, 'malformed_json'],
    ['another content type', '[]', { 'content-type': 'text/csv' }, 415, 'unsupported_media_type'],
  ])('answers %s with a problem', async (_name, body, headers, status, code) => {
    const reply = await post(body, headers);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });
});
