import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startAnthropicServer } from '../../tests/providers/anthropic.ts';
import { startOpenAIServer } from '../../tests/providers/openai.ts';
import type { ProviderServer } from '../../tests/providers/provider-server.ts';
import { Tokengrip, type TokengripOptions, type TokengripWarning, type UsageRecord } from '../src/index.ts';
import { type IngestServer, startIngestServer } from './ingest-server.ts';

export const API_KEY = 'tg_live_secret-of-the-tests';

/** Real servers for a test file, and for each test an ingest of its own and a client that reports to it. */
export interface Fixture {
  openai: ProviderServer;
  anthropic: ProviderServer;
  ingest: IngestServer;
  warnings: TokengripWarning[];
  tokengrip: Tokengrip;
  /** A client with other options, closed after the test. */
  connect(options?: TokengripOptions): Tokengrip;
  /** Everything recorded so far, once it is stored. */
  records(): Promise<UsageRecord[]>;
  /** The only record. */
  record(): Promise<UsageRecord>;
}

export function useFixture(): Fixture {
  const fixture = {} as Fixture;
  const clients: Tokengrip[] = [];
  beforeAll(async () => {
    fixture.openai = await startOpenAIServer();
    fixture.anthropic = await startAnthropicServer();
  });
  afterAll(async () => {
    await fixture.openai.close();
    await fixture.anthropic.close();
  });
  beforeEach(async () => {
    fixture.ingest = await startIngestServer();
    fixture.warnings = [];
    fixture.connect = (options) => {
      const client = new Tokengrip({
        apiKey: API_KEY,
        baseUrl: fixture.ingest.url,
        onWarning: (warning) => fixture.warnings.push(warning),
        ...options,
      });
      clients.push(client);
      return client;
    };
    fixture.tokengrip = fixture.connect();
    fixture.records = async () => {
      await Promise.all(clients.map((client) => client.flush()));
      return fixture.ingest.records;
    };
    fixture.record = async () => {
      const records = await fixture.records();
      if (records.length !== 1 || records[0] === undefined) throw new Error(`${records.length} records instead of one`);
      return records[0];
    };
  });
  afterEach(async () => {
    fixture.openai.reset();
    fixture.anthropic.reset();
    await Promise.all(clients.splice(0).map((client) => client.close(0)));
    await fixture.ingest.close();
  });
  return fixture;
}

/** Clients as a host makes them; they retry at once, so that tests need not wait. */
export function newOpenAI(server: ProviderServer, options: object = {}): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', baseURL: server.baseUrl, logLevel: 'off', ...options });
}

export function newAnthropic(server: ProviderServer, options: object = {}): Anthropic {
  return new Anthropic({ apiKey: 'sk-test', baseURL: server.baseUrl, logLevel: 'off', ...options });
}

export const CHAT = {
  model: 'gpt-5-mini',
  messages: [
    { role: 'system' as const, content: 'You are brief.' },
    { role: 'user' as const, content: 'Say hello.' },
  ],
};
export const RESPONSE = { model: 'gpt-5-mini', instructions: 'You are brief.', input: 'Say hello.' };
export const MESSAGE = {
  model: 'claude-opus-5',
  max_tokens: 64,
  system: 'You are brief.',
  messages: [{ role: 'user' as const, content: 'Say hello.' }],
};
