import type Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { describe, expect, it } from 'vitest';
import { MESSAGE, newAnthropic, useFixture } from '../../testing/fixture.ts';
import { wrapAnthropic } from './anthropic.ts';

const fixture = useFixture();
const wrapped = (options = {}): Anthropic =>
  wrapAnthropic(newAnthropic(fixture.anthropic), fixture.tokengrip, { provider: 'anthropic', ...options });

const USAGE = {
  input_tokens: 12,
  cache_creation_input_tokens: 1500,
  cache_read_input_tokens: 4000,
  cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 500 },
  output_tokens: 90,
  service_tier: 'standard',
};

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('messages', () => {
  it('are recorded with the raw usage and what the provider said about the call', async () => {
    fixture.anthropic.reply({
      id: 'one',
      usage: USAGE,
      serviceTier: 'priority',
      finishReason: 'max_tokens',
      webSearches: 1,
    });
    await wrapped().messages.create({ ...MESSAGE, service_tier: 'auto', output_config: { effort: 'low' } });
    expect(await fixture.record()).toMatchObject({
      source: 'anthropic.messages',
      provider: 'anthropic',
      model: MESSAGE.model,
      usage: { ...USAGE, server_tool_use: { web_search_requests: 1 } },
      status: 'ok',
      streamed: false,
      attempts: 1,
      finishReason: 'max_tokens',
      serviceTier: 'standard',
      requestedTier: 'auto',
      reasoningEffort: 'low',
      maxOutputTokens: 64,
      responseId: 'msg_one',
    });
  });

  it('have in a stream the totals of its last event, never a sum', async () => {
    fixture.anthropic.reply({ usage: USAGE, pauseMs: 5 });
    await readAll(await wrapped().messages.create({ ...MESSAGE, stream: true }));
    const record = await fixture.record();
    expect(record).toMatchObject({ usage: USAGE, streamed: true, status: 'ok', finishReason: 'end_turn' });
    expect(record.timeToFirstTokenMs).toBeGreaterThan(0);
    expect(record.timeToFirstTokenMs).toBeLessThan(record.latencyMs ?? 0);
  });

  it('are recorded once through every helper of the client', async () => {
    const client = wrapped();
    await client.messages.stream(MESSAGE).finalMessage();
    await client.messages.parse(MESSAGE);
    await client.messages.create(MESSAGE).withResponse();
    await client.beta.messages.create(MESSAGE);
    await client.beta.messages.stream(MESSAGE).finalMessage();
    await client.beta.messages.thread({ model: MESSAGE.model, max_tokens: 8 }).send({ role: 'user', content: 'Hi' });

    const records = await fixture.records();
    expect(records.map(({ streamed }) => streamed)).toEqual([true, false, false, false, true, false]);
    expect(records.every(({ usage, status }) => usage !== undefined && status === 'ok')).toBe(true);
  });

  it('are recorded for each turn of the tool runner', async () => {
    const use = { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} };
    fixture.anthropic.reply({ finishReason: 'tool_use', fields: { content: [use] } }, {});
    const now = betaTool({
      name: 'now',
      description: 'The time',
      inputSchema: { type: 'object', properties: {} },
      run: () => 'noon',
    });
    const last = await wrapped().beta.messages.toolRunner({ ...MESSAGE, tools: [now] });
    expect(last.content).toEqual([{ type: 'text', text: 'Hello world' }]);
    expect(await fixture.records()).toHaveLength(2);
  });

  it('are recorded when the host takes the raw response', async () => {
    fixture.anthropic.reply({ usage: USAGE });
    const response = await wrapped().messages.create(MESSAGE).asResponse();
    expect(await response.json()).toHaveProperty('content');
    expect(await fixture.record()).toMatchObject({ usage: USAGE });
  });

  it('count the attempts that the client made', async () => {
    fixture.anthropic.reply({ status: 529, headers: { 'retry-after-ms': '1' } }, {});
    await wrapped().messages.create(MESSAGE);
    expect(await fixture.record()).toMatchObject({ status: 'ok', attempts: 2 });
  });

  it('are recorded as failed with the name of the error', async () => {
    fixture.anthropic.reply({ status: 529 });
    await expect(wrapped().messages.create(MESSAGE, { maxRetries: 0 })).rejects.toThrow('scripted error 529');
    expect(await fixture.record()).toMatchObject({ status: 'error', errorType: 'overloaded_error', attempts: 1 });
  });

  it('are failed where the provider breaks a stream off with an error, and keep the usage so far', async () => {
    fixture.anthropic.reply({ usage: USAGE, errorAfter: 4 });
    const stream = await wrapped().messages.create({ ...MESSAGE, stream: true });
    await expect(readAll(stream)).rejects.toThrow();
    expect(await fixture.record()).toMatchObject({
      status: 'error',
      errorType: 'overloaded_error',
      usage: { ...USAGE, output_tokens: 1 },
    });
  });

  it('that the host refuses to send are no calls', () => {
    const tooLong = { ...MESSAGE, max_tokens: 1_000_000 };
    expect(() => wrapped().messages.create(tooLong)).toThrow('Streaming is required');
    expect(fixture.tokengrip.stats.queued).toBe(0);
  });
});

it('leaves token counts and other free calls alone', async () => {
  await wrapped().messages.countTokens(MESSAGE);
  expect(await fixture.records()).toHaveLength(0);
  expect(fixture.warnings).toEqual([]);
});

it('warns once about message batches, which it does not record, and passes them through', async () => {
  const client = wrapped();
  fixture.anthropic.reply({ fields: { id: 'batch' } });
  expect(await client.messages.batches.create({ requests: [] })).toEqual({ id: 'batch' });
  await client.messages.batches.create({ requests: [] });
  expect(fixture.warnings).toHaveLength(1);
  expect(fixture.warnings[0]?.message).toContain('messages.batches.create is not recorded');
});
