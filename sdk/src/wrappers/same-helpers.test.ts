/** The helpers of the clients run on a wrapped client as on the client itself, and each call leaves one record. */
import { describe, expect, it } from 'vitest';
import type { ScriptedReply } from '../../../tests/providers/reply.ts';
import { CHAT, MESSAGE, newAnthropic, newOpenAI, RESPONSE, useFixture } from '../../testing/fixture.ts';
import { wrapAnthropic } from './anthropic.ts';
import { wrapOpenAI } from './openai.ts';

const fixture = useFixture();

/** What the streaming helpers of both clients have in common. */
interface Helper extends AsyncIterable<unknown> {
  controller: AbortController;
  abort(): void;
  on(event: string, listener: (value: unknown) => void): unknown;
}
type Clients = { openai: ReturnType<typeof newOpenAI>; anthropic: ReturnType<typeof newAnthropic> };

const clients = (wrap: boolean): Clients => {
  const [openai, anthropic] = [newOpenAI(fixture.openai), newAnthropic(fixture.anthropic)];
  if (!wrap) return { openai, anthropic };
  return {
    openai: wrapOpenAI(openai, fixture.tokengrip, { provider: 'openai' }),
    anthropic: wrapAnthropic(anthropic, fixture.tokengrip),
  };
};

const HELPERS: Record<string, { start(of: Clients): Helper; final(helper: Helper): Promise<unknown> }> = {
  'chat.completions.stream': {
    start: ({ openai }) => openai.chat.completions.stream(CHAT) as never,
    final: (helper) => (helper as never as { finalChatCompletion(): Promise<unknown> }).finalChatCompletion(),
  },
  'responses.stream': {
    start: ({ openai }) => openai.responses.stream(RESPONSE) as never,
    final: (helper) => (helper as never as { finalResponse(): Promise<unknown> }).finalResponse(),
  },
  'messages.stream': {
    start: ({ anthropic }) => anthropic.messages.stream(MESSAGE) as never,
    final: (helper) => (helper as never as { finalMessage(): Promise<unknown> }).finalMessage(),
  },
  'beta.messages.stream': {
    start: ({ anthropic }) => anthropic.beta.messages.stream(MESSAGE) as never,
    final: (helper) => (helper as never as { finalMessage(): Promise<unknown> }).finalMessage(),
  },
};

const EVENTS = ['connect', 'chunk', 'content', 'event', 'text', 'streamEvent', 'message', 'error', 'abort', 'end'];

const USES: Record<string, (helper: Helper, seen: unknown[], final: () => Promise<unknown>) => Promise<void>> = {
  'waits for the result': async (_, seen, final) => {
    seen.push(await final());
  },
  'listens to its events': async (helper, seen, final) => {
    for (const event of EVENTS)
      helper.on(event, (value) => seen.push([event, value instanceof Error ? value.name : value]));
    await final();
  },
  'reads it': async (helper, seen) => {
    for await (const event of helper) seen.push(event);
  },
  'leaves it early': async (helper, seen) => {
    for await (const event of helper) if (seen.push(event) === 2) break;
    seen.push(helper.controller.signal.aborted);
  },
  'aborts it': async (helper, seen, final) => {
    helper.on('connect', () => helper.abort());
    seen.push(await final());
  },
};

const PROVIDERS: Record<string, ScriptedReply> = {
  answers: { id: 'x' },
  'cuts the connection': { id: 'x', cutAfter: 3 },
  'ends too early': { id: 'x', endAfter: 3 },
  'refuses the request': { id: 'x', status: 400 },
};

async function trace(wrap: boolean, reply: ScriptedReply, use: (of: Clients, seen: unknown[]) => Promise<void>) {
  fixture.openai.reply(reply);
  fixture.anthropic.reply(reply);
  const seen: unknown[] = [];
  let ended: unknown = 'well';
  try {
    await use(clients(wrap), seen);
  } catch (error) {
    ended = error instanceof Error ? [error.constructor.name, error.message] : error;
  }
  fixture.openai.reset();
  fixture.anthropic.reset();
  return { seen: JSON.parse(JSON.stringify(seen)), ended };
}

describe.each(Object.entries(HELPERS))('%s', (_, { start, final }) => {
  describe.each(Object.entries(PROVIDERS))('while the provider %s', (_, reply) => {
    it.each(Object.entries(USES))('is the same for a host that %s', async (_, use) => {
      const host = (of: Clients, seen: unknown[]) => {
        const helper = start(of);
        return use(helper, seen, () => final(helper));
      };
      const expected = await trace(false, reply, host);
      expect(await trace(true, reply, host)).toEqual(expected);
      expect(await fixture.records()).toHaveLength(1);
    });
  });
});
