/**
 * The SDK's own description of a record and the server's are written apart, because the SDK imports nothing of the
 * suite. Here they are held together: their types, and every record that the SDK makes.
 */
import { gunzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import type { UsageRecord as Accepted } from '@tokengrip/core/contract/usage';
import { LIMITS, type UsageReply } from '@tokengrip/core/contract/usage';
import { createCatalog } from '@tokengrip/core/cost/catalog';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { USAGE_SOURCES } from '@tokengrip/core/usage/sources';
import OpenAI from 'openai';
import { type KnownUsageSource, Tokengrip, type UsageRecord, wrapAnthropic, wrapOpenAI } from 'tokengrip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnthropicServer } from '../providers/anthropic.ts';
import { startOpenAIServer } from '../providers/openai.ts';
import type { ProviderServer } from '../providers/provider-server.ts';
import type { ScriptedReply } from '../providers/reply.ts';

/** Compiles only if each is assignable to the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const TYPES_ARE_THE_SAME: Same<UsageRecord, Accepted> = true;
const FIELDS_ARE_THE_SAME: Same<keyof UsageRecord, keyof Accepted> = true;

const SOURCES_ARE_THE_SAME: Same<KnownUsageSource, (typeof USAGE_SOURCES)[number]> = true;

let openai: ProviderServer;
let anthropic: ProviderServer;
beforeAll(async () => {
  openai = await startOpenAIServer();
  anthropic = await startAnthropicServer();
});
afterAll(async () => {
  await openai.close();
  await anthropic.close();
});

const LONG = '🙂'.repeat(700);
const PRICING = {
  owner: { projectId: 1, keyId: 1, captureContent: true, retentionDays: 7 },
  catalog: createCatalog([]),
};

interface Session {
  tokengrip: Tokengrip;
  openai: OpenAI;
  anthropic: Anthropic;
  /** The records as they went over the wire. */
  records(): Promise<UsageRecord[]>;
}

function connect(): Session {
  const sent: UsageRecord[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const body = Buffer.from(init?.body as Uint8Array);
    const isCompressed = new Headers(init?.headers).get('content-encoding') === 'gzip';
    const { records } = JSON.parse(String(isCompressed ? gunzipSync(body) : body)) as { records: UsageRecord[] };
    sent.push(...records);
    return Response.json({ accepted: 1, duplicates: 0, rejected: [] } satisfies UsageReply);
  };
  // Attribution that exceeds every limit, and text with what a database does not store.
  const tokengrip = new Tokengrip({
    apiKey: 'k',
    baseUrl: 'http://tokengrip.test',
    fetch,
    maxBatchSize: 1,
    captureContent: true,
    environment: LONG,
    tags: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}${LONG}`, `\0${LONG}`])),
    onWarning: () => undefined,
  });
  const client = { apiKey: 'k', maxRetries: 0, logLevel: 'off' as const };
  return {
    tokengrip,
    openai: wrapOpenAI(new OpenAI({ ...client, baseURL: openai.baseUrl }), tokengrip, { provider: 'openai' }),
    anthropic: wrapAnthropic(new Anthropic({ ...client, baseURL: anthropic.baseUrl }), tokengrip, { feature: LONG }),
    records: async () => {
      await tokengrip.close();
      return sent;
    },
  };
}

function refusals(records: UsageRecord[]): unknown[] {
  return records.map((record) => prepareRecord(record, { ...PRICING, now: new Date() })).filter(isRefused);
}

const text = `${LONG}\0\ud83d`;
const chat = { model: 'gpt-5-mini', messages: [{ role: 'user' as const, content: text }] };
const response = { model: 'gpt-5-mini', input: text, max_output_tokens: 12 };
const message = { model: 'claude-opus-5', max_tokens: 12, messages: [{ role: 'user' as const, content: text }] };

async function read(stream: AsyncIterable<unknown>, events = Number.POSITIVE_INFINITY): Promise<void> {
  let count = 0;
  for await (const _ of stream) if (++count >= events) break;
}

const CALLS: Record<string, (session: Session) => Promise<unknown>> = {
  'a chat completion': ({ openai }) => openai.chat.completions.create({ ...chat, reasoning_effort: 'low' }),
  'a streamed chat completion': async ({ openai }) =>
    read(await openai.chat.completions.create({ ...chat, stream: true })),
  'a response': ({ openai }) => openai.responses.create({ ...response, service_tier: 'flex' }),
  'a streamed response': async ({ openai }) => read(await openai.responses.create({ ...response, stream: true })),
  'an embedding': ({ openai }) => openai.embeddings.create({ model: 'text-embedding-3-small', input: text }),
  'a message': ({ anthropic }) => anthropic.messages.create(message),
  'a streamed message': async ({ anthropic }) => read(await anthropic.messages.create({ ...message, stream: true })),
};

const REPLIES: Record<string, ScriptedReply> = {
  'that is answered': { pieces: [text], webSearches: 2, serviceTier: LONG, finishReason: 'stop' },
  'with a name of absurd length': { model: LONG, id: LONG },
  'without usage': { usage: null },
  'that is refused': { status: 400, errorType: LONG },
  'that fails': { status: 503 },
  'that is cut off': { cutAfter: 3 },
};

describe('every record of the SDK is taken by the server', () => {
  describe.each(Object.entries(CALLS))('%s', (_, call) => {
    it.each(Object.entries(REPLIES))('%s', async (_, reply) => {
      openai.reset();
      anthropic.reset();
      openai.reply(reply);
      anthropic.reply(reply);
      const session = connect();
      await call(session).catch(() => undefined);
      const records = await session.records();
      expect(records).toHaveLength(1);
      expect(refusals(records)).toEqual([]);
    });
  });

  it('of a stream that the host leaves', async () => {
    const session = connect();
    openai.reset();
    await read(await session.openai.chat.completions.create({ ...chat, stream: true }), 2);
    await read(await session.anthropic.messages.create({ ...message, stream: true }), 2);
    const records = await session.records();
    expect(records.map(({ finishReason }) => finishReason)).toEqual(['cancelled', 'cancelled']);
    expect(refusals(records)).toEqual([]);
  });

  it('of a host that writes it itself', async () => {
    const session = connect();
    session.tokengrip.track({
      source: 'normalized',
      provider: 'acme',
      model: 'm',
      usage: { tokens: { input: 10, output: 2 } },
      units: { seconds: 1.5 },
      timestamp: new Date(),
      latencyMs: 12.4,
      status: 'ok',
      user: '',
    });
    expect(refusals(await session.records())).toEqual([]);
  });
});

it('names a provider, so that the server need not know one for the source', async () => {
  const session = connect();
  await session.openai.chat.completions.create(chat);
  await session.anthropic.messages.create(message);
  for (const { provider } of await session.records()) expect(provider).toBeTruthy();
});

it('cuts content where the server would', async () => {
  const session = connect();
  openai.reset();
  openai.reply({ pieces: [LONG] });
  await session.openai.chat.completions.create(chat);
  const [record] = await session.records();
  if (record === undefined) throw new Error('no record');
  const prepared = prepareRecord(record, { ...PRICING, now: new Date() });
  expect(isRefused(prepared)).toBe(false);
  expect(prepared).toMatchObject({ promptText: record.content?.prompt, responseText: record.content?.response });
  expect([...(record.content?.response ?? '')]).toHaveLength(LIMITS.contentCharacters);
});

it('is described in the same types', () => {
  expect([TYPES_ARE_THE_SAME, FIELDS_ARE_THE_SAME, SOURCES_ARE_THE_SAME]).toEqual([true, true, true]);
});
