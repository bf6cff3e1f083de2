import { describe, expect, it } from 'vitest';
import { CHAT, newOpenAI, RESPONSE, useFixture } from '../../testing/fixture.ts';
import { wrapOpenAI } from './openai.ts';

const fixture = useFixture();
const wrapped = (options = {}) =>
  wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip, { provider: 'openai', ...options });

const CHAT_USAGE = {
  prompt_tokens: 2006,
  completion_tokens: 300,
  total_tokens: 2306,
  prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 128, accepted_prediction_tokens: 0 },
};
const RESPONSE_USAGE = {
  input_tokens: 328,
  input_tokens_details: { cached_tokens: 256 },
  output_tokens: 52,
  output_tokens_details: { reasoning_tokens: 32 },
  total_tokens: 380,
};

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('chat completions', () => {
  it('are recorded with the raw usage and what the provider said about the call', async () => {
    fixture.openai.reply({
      id: 'one',
      usage: CHAT_USAGE,
      model: 'gpt-5-mini-2025-08-07',
      serviceTier: 'priority',
      finishReason: 'length',
    });
    await wrapped().chat.completions.create({
      ...CHAT,
      service_tier: 'auto',
      reasoning_effort: 'low',
      max_completion_tokens: 64,
    });

    expect(await fixture.record()).toMatchObject({
      source: 'openai.chat',
      provider: 'openai',
      model: 'gpt-5-mini-2025-08-07',
      usage: CHAT_USAGE,
      status: 'ok',
      streamed: false,
      attempts: 1,
      finishReason: 'length',
      serviceTier: 'priority',
      requestedTier: 'auto',
      reasoningEffort: 'low',
      maxOutputTokens: 64,
      responseId: 'chatcmpl-one',
    });
  });

  it('are recorded when they are streamed, with the time to the first token', async () => {
    fixture.openai.reply({ usage: CHAT_USAGE, pauseMs: 5 });
    await readAll(await wrapped().chat.completions.create({ ...CHAT, stream: true }));

    const record = await fixture.record();
    expect(record).toMatchObject({ usage: CHAT_USAGE, status: 'ok', streamed: true, finishReason: 'stop' });
    expect(record.timeToFirstTokenMs).toBeGreaterThan(0);
    expect(record.timeToFirstTokenMs).toBeLessThan(record.latencyMs ?? 0);
  });

  it('are recorded once through every helper of the client', async () => {
    const client = wrapped();
    await client.chat.completions.parse(CHAT);
    await client.chat.completions.stream(CHAT).finalChatCompletion();
    await client.chat.completions.create(CHAT).withResponse();

    const records = await fixture.records();
    expect(records.map(({ streamed }) => streamed)).toEqual([false, true, false]);
  });

  it('are recorded for each turn of the tool runner', async () => {
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } };
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    fixture.openai.reply({ fields: { choices: [{ index: 0, finish_reason: 'tool_calls', message }] } }, {});
    const runner = wrapped().chat.completions.runTools({
      ...CHAT,
      tools: [{ type: 'function', function: { name: 'now', description: '', parameters: {}, function: () => 'noon' } }],
    });
    expect(await runner.finalContent()).toBe('Hello world');
    expect(await fixture.records()).toHaveLength(2);
  });

  it('are recorded when the host takes the raw response', async () => {
    fixture.openai.reply({ usage: CHAT_USAGE });
    const response = await wrapped().chat.completions.create(CHAT).asResponse();
    expect(await response.json()).toHaveProperty('choices');
    expect(await fixture.record()).toMatchObject({ usage: CHAT_USAGE, status: 'ok' });
  });

  it('do not hold up a flush while the provider is still sending a raw response', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
    const fetch: typeof globalThis.fetch = async () => new Response(body);
    const client = wrapOpenAI(newOpenAI(fixture.openai, { fetch }), fixture.tokengrip);
    await client.chat.completions.create(CHAT).asResponse();
    const start = performance.now();
    await fixture.tokengrip.flush(50);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('count the attempts that the client made', async () => {
    fixture.openai.reply(
      { status: 500, headers: { 'retry-after-ms': '1' } },
      { status: 429, headers: { 'retry-after-ms': '1' } },
      {},
    );
    await wrapped().chat.completions.create(CHAT);
    expect(await fixture.record()).toMatchObject({ status: 'ok', attempts: 3 });
  });

  it('are recorded as failed with the name of the error', async () => {
    fixture.openai.reply({ status: 400, errorType: 'invalid_request_error' });
    await expect(wrapped().chat.completions.create(CHAT)).rejects.toThrow('scripted error 400');
    expect(await fixture.record()).toMatchObject({
      status: 'error',
      errorType: 'invalid_request_error',
      model: 'gpt-5-mini',
      attempts: 1,
    });
  });

  it('keep the figure that the provider itself gives as its cost', async () => {
    fixture.openai.reply({ usage: { ...CHAT_USAGE, cost: 0.00000042 } });
    await wrapped({ provider: 'openrouter' }).chat.completions.create(CHAT);
    expect(await fixture.record()).toMatchObject({ source: 'openrouter.chat', reportedCost: '0.00000042' });
  });
});

describe('responses', () => {
  it('are recorded with the raw usage', async () => {
    fixture.openai.reply({ id: 'one', usage: RESPONSE_USAGE, serviceTier: 'flex' });
    await wrapped().responses.create({
      ...RESPONSE,
      service_tier: 'flex',
      reasoning: { effort: 'high' },
      max_output_tokens: 99,
    });
    expect(await fixture.record()).toMatchObject({
      source: 'openai.responses',
      usage: RESPONSE_USAGE,
      status: 'ok',
      finishReason: 'completed',
      serviceTier: 'flex',
      requestedTier: 'flex',
      reasoningEffort: 'high',
      maxOutputTokens: 99,
      responseId: 'resp_one',
    });
  });

  it('are recorded when they are streamed, and through the helpers', async () => {
    const client = wrapped();
    await readAll(await client.responses.create({ ...RESPONSE, stream: true }));
    await client.responses.stream(RESPONSE).finalResponse();
    await client.responses.parse(RESPONSE);
    await readAll(await client.beta.responses.create({ ...RESPONSE, stream: true }));

    const records = await fixture.records();
    expect(records.map(({ streamed }) => streamed)).toEqual([true, true, false, true]);
    expect(records.every(({ usage }) => usage !== undefined)).toBe(true);
  });

  it('say which tools are billed beside the tokens, and nothing of what was searched', async () => {
    fixture.openai.reply({ usage: RESPONSE_USAGE, webSearches: 2 });
    await wrapped().responses.create(RESPONSE);
    const search = { type: 'web_search_call', action: { type: 'search' } };
    expect((await fixture.record()).usage).toEqual({ usage: RESPONSE_USAGE, output: [search, search] });
  });

  it('are failed if the provider says so in an answer of status 200', async () => {
    fixture.openai.reply({ finishReason: 'failed', usage: null });
    await wrapped().responses.create(RESPONSE);
    expect(await fixture.record()).toMatchObject({ status: 'error', errorType: 'server_error' });
  });

  it('that are cut off have no reason of their end', async () => {
    fixture.openai.reply({ cutAfter: 3 });
    await expect(
      wrapped()
        .responses.create({ ...RESPONSE, stream: true })
        .then(readAll),
    ).rejects.toThrow();
    const record = await fixture.record();
    expect(record).toMatchObject({ status: 'error', errorType: 'TypeError', responseId: expect.any(String) });
    expect(record).not.toHaveProperty('finishReason');
  });

  it('say why they are incomplete', async () => {
    fixture.openai.reply({ finishReason: 'max_output_tokens' });
    await readAll(await wrapped().responses.create({ ...RESPONSE, stream: true }));
    expect(await fixture.record()).toMatchObject({ status: 'ok', finishReason: 'max_output_tokens' });
  });
});

describe('responses in the background', () => {
  it('are recorded once, when somebody asks for the result', async () => {
    const client = wrapped({ feature: 'research' });
    const { id } = await client.responses.create({ ...RESPONSE, background: true });
    fixture.openai.reply({ finishReason: 'in_progress' });
    await client.responses.retrieve(id);
    expect(await fixture.records()).toHaveLength(0);

    fixture.openai.reply({ usage: RESPONSE_USAGE });
    await client.responses.retrieve(id);
    await client.responses.retrieve(id);
    expect(await fixture.record()).toMatchObject({
      responseId: id,
      usage: RESPONSE_USAGE,
      feature: 'research',
      status: 'ok',
      latencyMs: 12_000,
    });
  });

  it('are recorded when they were begun elsewhere', async () => {
    const { id } = await newOpenAI(fixture.openai).responses.create({ ...RESPONSE, background: true });
    await wrapped().responses.retrieve(id);
    expect(await fixture.record()).toMatchObject({ responseId: id, model: 'gpt-5-mini', status: 'ok' });
  });

  it('leave alone what was answered at once', async () => {
    const client = wrapped();
    fixture.openai.reply({ fields: { background: false } });
    const { id } = await client.responses.create(RESPONSE);
    await client.responses.retrieve(id).catch(() => undefined);
    expect(await fixture.records()).toHaveLength(1);
  });
});

describe('embeddings', () => {
  it('are recorded, and decoded as ever', async () => {
    fixture.openai.reply({ usage: { prompt_tokens: 12, total_tokens: 12 } });
    const answer = await wrapped().embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    expect(answer.data[1]?.embedding).toEqual([0.25, -0.5, 1]);
    expect(await fixture.record()).toMatchObject({
      source: 'openai.embeddings',
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 12, total_tokens: 12 },
    });
  });
});
