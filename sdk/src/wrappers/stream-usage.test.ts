import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAIServer } from '../../../tests/providers/openai.ts';
import type { ProviderServer } from '../../../tests/providers/provider-server.ts';
import { CHAT, newOpenAI, useFixture } from '../../testing/fixture.ts';
import { wrapOpenAI } from './openai.ts';
import type { WrapOptions } from './options.ts';

const fixture = useFixture();
const USAGE = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const STREAM = { ...CHAT, stream: true as const };

function wrapped(options: WrapOptions = {}, server: ProviderServer = fixture.openai) {
  return wrapOpenAI(newOpenAI(server), fixture.tokengrip, options);
}

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a stream that is not asked for its usage', () => {
  it('is asked for it, and the host sees what it would have seen', async () => {
    fixture.openai.reply({ id: 'x', usage: USAGE }, { id: 'x', usage: USAGE });
    const unwrapped = await readAll(await newOpenAI(fixture.openai).chat.completions.create(STREAM));
    const seen = await readAll(await wrapped({ provider: 'openai' }).chat.completions.create(STREAM));

    expect(seen).toEqual(unwrapped);
    expect(seen.some((chunk) => 'usage' in chunk)).toBe(false);
    expect(fixture.openai.requests[1]?.body?.stream_options).toEqual({ include_usage: true });
    expect((await fixture.record()).usage).toEqual(USAGE);
  });

  it('keeps the other options of the stream', async () => {
    const options = { include_obfuscation: false };
    await readAll(await wrapped().chat.completions.create({ ...STREAM, stream_options: options }));
    expect(fixture.openai.requests[0]?.body?.stream_options).toEqual({ ...options, include_usage: true });
    expect(await fixture.record()).toHaveProperty('usage');
  });

  it('leaves the request object of the host as it is', async () => {
    const body = Object.freeze({ ...STREAM });
    await readAll(await wrapped().chat.completions.create(body));
    expect(body).toEqual(STREAM);
  });

  it('is left alone by a host that switches it off', async () => {
    await readAll(await wrapped({ includeUsage: false }).chat.completions.create(STREAM));
    expect(fixture.openai.requests[0]?.body).not.toHaveProperty('stream_options');
    expect(await fixture.record()).not.toHaveProperty('usage');
  });

  it('is left alone if the host takes the raw response, from which nothing can be taken out again', async () => {
    fixture.openai.reply({ id: 'x' }, { id: 'x' });
    const unwrapped = await newOpenAI(fixture.openai).chat.completions.create(STREAM).asResponse();
    const raw = await wrapped().chat.completions.create(STREAM).asResponse();
    expect(await raw.text()).toBe(await unwrapped.text());
    expect(await fixture.record()).toMatchObject({ status: 'ok', streamed: true });
  });

  it('is asked though the host wants the response beside it', async () => {
    fixture.openai.reply({ usage: USAGE });
    const { data } = await wrapped().chat.completions.create(STREAM).withResponse();
    await readAll(data);
    expect((await fixture.record()).usage).toEqual(USAGE);
  });

  it('is left alone at a provider that tells its usage anyway', async () => {
    await readAll(await wrapped({ provider: 'mistral' }).chat.completions.create(STREAM));
    expect(fixture.openai.requests[0]?.body).not.toHaveProperty('stream_options');
  });

  it('is left alone where Azure would refuse the question', async () => {
    const body = { ...STREAM, data_sources: [] };
    await readAll(await wrapped({ provider: 'azure' }).chat.completions.create(body));
    expect(fixture.openai.requests[0]?.body).not.toHaveProperty('stream_options');
  });

  it('warns once if no usage came', async () => {
    fixture.openai.reply({ usage: null }, { usage: null });
    const client = wrapped({ provider: 'acme' });
    await readAll(await client.chat.completions.create(STREAM));
    await readAll(await client.chat.completions.create(STREAM));
    await fixture.records();
    expect(fixture.warnings.map(({ code }) => code)).toEqual(['usage_missing']);
  });
});

it('is recorded though the host tries to read the stream a second time meanwhile', async () => {
  fixture.openai.reply({ usage: USAGE });
  const stream = await wrapped().chat.completions.create(STREAM);
  for await (const _ of stream) await expect(readAll(stream)).rejects.toThrow('consumed stream');
  expect(await fixture.record()).toMatchObject({ status: 'ok', usage: USAGE });
});

describe('a stream whose host asks for the usage itself', () => {
  it('shows it to the host, and to the record', async () => {
    fixture.openai.reply({ usage: USAGE });
    const body = { ...STREAM, stream_options: { include_usage: true } };
    const seen = await readAll(await wrapped().chat.completions.create(body));
    expect(seen.at(-1)).toMatchObject({ choices: [], usage: USAGE });
    expect(seen[0]?.usage).toBeNull();
    expect((await fixture.record()).usage).toEqual(USAGE);
  });

  it('is not asked against the word of the host', async () => {
    const body = { ...STREAM, stream_options: { include_usage: false } };
    await readAll(await wrapped().chat.completions.create(body));
    expect(fixture.openai.requests[0]?.body?.stream_options).toEqual({ include_usage: false });
  });
});

describe('usage in the last chunk with content', () => {
  it('is read and left in, as servers send it that were not asked', async () => {
    fixture.openai.reply({ id: 'x', usage: null, fields: { usage: USAGE } });
    const seen = await readAll(await wrapped({ includeUsage: false }).chat.completions.create(STREAM));
    expect(seen.at(-1)?.usage).toEqual(USAGE);
    expect((await fixture.record()).usage).toEqual(USAGE);
  });

  it('is read where Groq puts it', async () => {
    fixture.openai.reply({ usage: null, fields: { x_groq: { id: 'req', usage: USAGE } } });
    await readAll(await wrapped({ provider: 'groq' }).chat.completions.create(STREAM));
    expect(await fixture.record()).toMatchObject({ source: 'groq.chat', usage: USAGE });
  });
});

describe('a server that refuses stream_options', () => {
  let strict: ProviderServer;
  beforeAll(async () => {
    strict = await startOpenAIServer({ refuseStreamOptions: true });
  });
  afterAll(() => strict.close());

  it('gets the request of the host, and is not asked again', async () => {
    strict.reset();
    const client = wrapped({}, strict);
    expect(await readAll(await client.chat.completions.create(STREAM))).not.toHaveLength(0);
    await readAll(await client.chat.completions.create(STREAM));
    const asked = strict.requests.map(({ body }) => 'stream_options' in (body ?? {}));
    expect(asked).toEqual([true, false, false]);

    const records = await fixture.records();
    expect(records.map(({ status, attempts }) => ({ status, attempts }))).toEqual([
      { status: 'ok', attempts: 1 },
      { status: 'ok', attempts: 1 },
    ]);
  });

  it('is recognized by its words even where the provider usually knows the question', async () => {
    strict.reset();
    await readAll(await wrapped({ provider: 'openai' }, strict).chat.completions.create(STREAM));
    expect(strict.requests).toHaveLength(2);
  });

  it('is not suspected where the request itself is refused', async () => {
    fixture.openai.reply({ status: 400 });
    const call = wrapped({ provider: 'openai' }).chat.completions.create(STREAM);
    await expect(call).rejects.toThrow('scripted error 400');
    expect(fixture.openai.requests).toHaveLength(1);
  });
});
