import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import { describe, expect, it, vi } from 'vitest';
import { CHAT, MESSAGE, newAnthropic, newOpenAI, useFixture } from '../../testing/fixture.ts';
import { wrapAnthropic } from './anthropic.ts';
import { wrapOpenAI } from './openai.ts';

const fixture = useFixture();

describe('a wrapped client', () => {
  it('is an instance of the same class with the same properties', () => {
    const client = newOpenAI(fixture.openai);
    const wrapped = wrapOpenAI(client, fixture.tokengrip);
    expect(wrapped).toBeInstanceOf(OpenAI);
    expect(wrapped.constructor).toBe(OpenAI);
    expect(Object.keys(wrapped)).toEqual(Object.keys(client));
    expect(wrapped.baseURL).toBe(client.baseURL);
    expect(wrapped.chat.completions).toBe(wrapped.chat.completions);
    expect(wrapped.chat.completions.create).toBe(wrapped.chat.completions.create);
    expect(wrapAnthropic(newAnthropic(fixture.anthropic), fixture.tokengrip)).toBeInstanceOf(Anthropic);
  });

  it('leaves the client that it wraps unrecorded', async () => {
    const client = newOpenAI(fixture.openai);
    wrapOpenAI(client, fixture.tokengrip);
    await client.chat.completions.create(CHAT);
    expect(await fixture.records()).toHaveLength(0);
  });

  it('passes changes through to the client', async () => {
    const client = newOpenAI(fixture.openai, { baseURL: 'http://127.0.0.1:9/v1' });
    const wrapped = wrapOpenAI(client, fixture.tokengrip);
    wrapped.baseURL = fixture.openai.baseUrl;
    expect(client.baseURL).toBe(fixture.openai.baseUrl);
    await wrapped.chat.completions.create(CHAT);
    expect(await fixture.records()).toHaveLength(1);
  });

  it('names the provider anew when its address changes', async () => {
    const fetch: typeof globalThis.fetch = async () => Response.json({ model: 'm', choices: [] });
    const wrapped = wrapOpenAI(newOpenAI(fixture.openai, { fetch }), fixture.tokengrip);
    wrapped.baseURL = 'https://api.groq.com/openai/v1';
    await wrapped.chat.completions.create(CHAT);
    expect(await fixture.record()).toMatchObject({ provider: 'groq', source: 'groq.chat' });
  });

  it('stays wrapped through withOptions, with its attribution', async () => {
    const wrapped = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip, { feature: 'chat' });
    await wrapped.withOptions({ timeout: 5_000 }).chat.completions.create(CHAT);
    const anthropic = wrapAnthropic(newAnthropic(fixture.anthropic), fixture.tokengrip, { feature: 'chat' });
    await anthropic.withOptions({ maxRetries: 0 }).messages.create(MESSAGE);
    expect((await fixture.records()).map(({ feature }) => feature)).toEqual(['chat', 'chat']);
  });

  it('keeps methods that read private fields working', async () => {
    const wrapped = wrapAnthropic(newAnthropic(fixture.anthropic), fixture.tokengrip);
    expect(wrapped.openTelemetry.propagation).toBe(true);
    fixture.openai.reply({ fields: { data: [] } });
    const openai = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    expect(await openai.get('/anything')).toEqual({ data: [] });
    await expect(openai.webhooks.unwrap('{}', {}, 'whsec_x')).rejects.toThrow(/header/);
  });

  it('keeps properties working that are kept in private fields', () => {
    class Client {
      #region = 'us';
      chat = { completions: { create: () => undefined } };
      get region(): string {
        return this.#region;
      }
      set region(region: string) {
        this.#region = region;
      }
    }
    const wrapped = wrapOpenAI(new Client(), fixture.tokengrip);
    wrapped.region = 'eu';
    expect(wrapped.region).toBe('eu');
  });

  it('is recorded once when it is wrapped twice, with the options of both', async () => {
    const once = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip, { feature: 'a', tags: { one: '1' } });
    const twice = wrapOpenAI(once, fixture.tokengrip, { feature: 'b', tags: { two: '2' } });
    await twice.chat.completions.create(CHAT);
    expect(await fixture.record()).toMatchObject({ feature: 'b', tags: { one: '1', two: '2' } });
  });

  it('can be wrapped for several features side by side', async () => {
    const client = newOpenAI(fixture.openai);
    const [one, two] = ['one', 'two'].map((feature) => wrapOpenAI(client, fixture.tokengrip, { feature }));
    await one?.chat.completions.create(CHAT);
    await two?.chat.completions.create(CHAT);
    const records = await fixture.records();
    expect(records.map(({ feature, attempts }) => ({ feature, attempts }))).toEqual([
      { feature: 'one', attempts: 1 },
      { feature: 'two', attempts: 1 },
    ]);
  });

  it('works with a mock in the place of a client', async () => {
    const create = vi.fn(async () => ({ model: 'mock', usage: { prompt_tokens: 1, completion_tokens: 1 } }));
    const wrapped = wrapOpenAI({ chat: { completions: { create } } }, fixture.tokengrip);
    await wrapped.chat.completions.create();
    expect(wrapped.chat.completions.create.mock.calls).toHaveLength(1);
    expect(await fixture.record()).toMatchObject({ model: 'mock', provider: 'openai', source: 'openai.chat' });
  });
});

describe('an Azure client', () => {
  it('is recorded as azure, with its deployments in the address', async () => {
    const client = new AzureOpenAI({
      endpoint: fixture.openai.baseUrl.replace('/v1', ''),
      apiKey: 'k',
      apiVersion: '2025-04-01-preview',
      deployment: 'prod-gpt',
    });
    fixture.openai.reply({ model: 'gpt-5-mini-2025-08-07' });
    await wrapOpenAI(client, fixture.tokengrip).chat.completions.create({ ...CHAT, model: 'prod-gpt' });
    expect(fixture.openai.requests[0]?.path).toContain('/openai/deployments/prod-gpt/chat/completions');
    expect(await fixture.record()).toMatchObject({
      provider: 'azure',
      source: 'openai.chat',
      model: 'gpt-5-mini-2025-08-07',
      attempts: 1,
    });
  });
});

describe('a billed method that is not recorded', () => {
  it('warns once each and passes through', async () => {
    const wrapped = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    fixture.openai.reply({ fields: { data: [] } });
    expect(await wrapped.images.generate({ prompt: 'a cat' })).toEqual({ data: [] });
    await wrapped.images.generate({ prompt: 'a dog' });
    await wrapped.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'hi' });
    await wrapped.moderations.create({ input: 'free' });
    expect(fixture.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^images\.generate is not recorded/),
      expect.stringMatching(/^audio\.speech\.create is not recorded/),
    ]);
    expect(await fixture.records()).toHaveLength(0);
  });
});

describe('without a client of Tokengrip', () => {
  it('a wrapped client is the client itself', () => {
    const client = newOpenAI(fixture.openai);
    expect(wrapOpenAI(client, fixture.connect({ enabled: false }))).toBe(client);
    expect(wrapOpenAI(client, undefined as never)).toBe(client);
  });
});
