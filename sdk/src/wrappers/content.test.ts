import { describe, expect, it } from 'vitest';
import { API_KEY, CHAT, MESSAGE, newAnthropic, newOpenAI, RESPONSE, useFixture } from '../../testing/fixture.ts';
import type { Tokengrip } from '../index.ts';
import { wrapAnthropic } from './anthropic.ts';
import { wrapOpenAI } from './openai.ts';

const fixture = useFixture();
const SECRET = 'purple-elephant';
const chat = {
  ...CHAT,
  messages: [
    { role: 'system' as const, content: SECRET },
    { role: 'user' as const, content: SECRET },
  ],
};
const response = { ...RESPONSE, instructions: SECRET, input: SECRET, metadata: { note: SECRET } };
const message = { ...MESSAGE, system: SECRET, messages: [{ role: 'user' as const, content: SECRET }] };
const reply = { pieces: [SECRET, ` ${SECRET}`] };

/** Every method that is recorded, plain, streamed and failing. */
async function callEverything(tokengrip: Tokengrip): Promise<void> {
  const openai = wrapOpenAI(newOpenAI(fixture.openai), tokengrip, { provider: 'openai' });
  const anthropic = wrapAnthropic(newAnthropic(fixture.anthropic), tokengrip, { provider: 'anthropic' });
  fixture.openai.reply(reply, reply, { ...reply, webSearches: 1 }, reply, reply);
  fixture.anthropic.reply(reply, reply);
  await openai.chat.completions.create(chat);
  for await (const _ of await openai.chat.completions.create({ ...chat, stream: true }));
  await openai.responses.create(response);
  for await (const _ of await openai.responses.create({ ...response, stream: true }));
  await openai.embeddings.create({ model: 'e', input: SECRET });
  await anthropic.messages.create(message);
  for await (const _ of await anthropic.messages.create({ ...message, stream: true }));
  fixture.openai.reply({ status: 400, errorType: SECRET.replace('-', ' ') });
  await openai.chat.completions.create(chat).catch(() => undefined);
}

describe('with captureContent off', () => {
  it('no text leaves the process', async () => {
    await callEverything(fixture.tokengrip);
    expect(await fixture.records()).toHaveLength(8);
    for (const { text, raw } of fixture.ingest.deliveries) {
      expect(text).not.toMatch(/purple|elephant/);
      expect(raw.toString('latin1')).not.toMatch(/purple|elephant/);
    }
    expect(JSON.stringify(fixture.warnings)).not.toMatch(/purple|elephant/);
  });

  it('the content of a record that the host wrote itself does not leave either', async () => {
    fixture.tokengrip.track({ source: 'normalized', provider: 'p', model: 'm', content: { prompt: SECRET } });
    expect(await fixture.record()).not.toHaveProperty('content');
  });

  it('the key travels in the header alone', async () => {
    await callEverything(fixture.tokengrip);
    await fixture.records();
    for (const { headers, text } of fixture.ingest.deliveries) {
      expect(headers.authorization).toBe(`Bearer ${API_KEY}`);
      expect(text).not.toContain(API_KEY);
    }
  });
});

describe('with captureContent on', () => {
  it('prompt and response travel, of every method', async () => {
    await callEverything(fixture.connect({ captureContent: true }));
    const contents = (await fixture.records()).map(({ content }) => content);
    const both = { prompt: SECRET, response: `${SECRET} ${SECRET}` };
    expect(contents).toEqual([both, both, both, both, { prompt: SECRET }, both, both, { prompt: SECRET }]);
  });

  it('is cut to 500 characters each before it leaves the process, between characters', async () => {
    const tokengrip = fixture.connect({ captureContent: true });
    const client = wrapOpenAI(newOpenAI(fixture.openai), tokengrip);
    fixture.openai.reply({ pieces: Array.from({ length: 90 }, () => '🙂🙂🙂🙂🙂🙂🙂') });
    const body = { ...CHAT, messages: [{ role: 'user' as const, content: `a${'🙂'.repeat(700)}` }] };
    for await (const _ of await client.chat.completions.create({ ...body, stream: true }));
    const { content } = await fixture.record();
    expect(content).toEqual({ prompt: `a${'🙂'.repeat(499)}`, response: '🙂'.repeat(500) });
  });

  it('takes the text of the last user turn, and of parts only the text', async () => {
    const tokengrip = fixture.connect({ captureContent: true });
    const client = wrapAnthropic(newAnthropic(fixture.anthropic), tokengrip);
    const image = { type: 'image' as const, source: { type: 'url' as const, url: 'https://example.com/a.png' } };
    const result = { type: 'tool_result' as const, tool_use_id: 't', content: 'of a tool' };
    await client.messages.create({
      ...MESSAGE,
      messages: [
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'ok' },
        { role: 'user', content: [image, { type: 'text', text: 'second' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'n', input: {} }] },
        { role: 'user', content: [result] },
      ],
    });
    expect((await fixture.record()).content?.prompt).toBe('second');
  });
});

describe('request hashes', () => {
  const long = (text: string) => ({
    ...CHAT,
    messages: [...CHAT.messages.slice(0, 1), { role: 'user' as const, content: text }],
  });

  it('find the same request and the same beginning again', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    await client.chat.completions.create(long('a'));
    await client.chat.completions.create({ ...long('a'), user: 'somebody else', stream: false });
    await client.chat.completions.create(long('b'));
    const [first, again, other] = await fixture.records();
    expect(first?.requestHash).toMatch(/^[0-9a-f]{32}$/);
    expect(again?.requestHash).toBe(first?.requestHash);
    expect(other?.requestHash).not.toBe(first?.requestHash);
    expect(other?.prefixHash).toBe(first?.prefixHash);
    expect(first?.prefixHash).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are of the request as it was made, though the host goes on with its list of messages', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    const messages = [...CHAT.messages];
    const call = client.chat.completions.create({ ...CHAT, messages });
    messages.push({ role: 'user', content: 'later' });
    await call;
    await client.chat.completions.create(CHAT);
    const [first, second] = await fixture.records();
    expect(first?.requestHash).toBe(second?.requestHash);
  });

  it('can be switched off', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.connect({ requestHashes: false }));
    await client.chat.completions.create(CHAT);
    const record = await fixture.record();
    expect(record).not.toHaveProperty('requestHash');
    expect(record).not.toHaveProperty('prefixHash');
  });
});
