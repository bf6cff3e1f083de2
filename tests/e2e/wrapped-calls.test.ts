import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { Browser } from 'playwright-core';
import { Tokengrip, wrapAnthropic, wrapOpenAI } from 'tokengrip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnthropicServer } from '../providers/anthropic.ts';
import { startOpenAIServer } from '../providers/openai.ts';
import type { ProviderServer } from '../providers/provider-server.ts';
import { expectAccessible, launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { createOwner, type Owner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const CHAT_USAGE = {
  prompt_tokens: 12_000,
  completion_tokens: 900,
  total_tokens: 12_900,
  prompt_tokens_details: { cached_tokens: 8_192, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 512, audio_tokens: 0 },
};

const MESSAGE_USAGE = {
  input_tokens: 321,
  cache_read_input_tokens: 20_000,
  cache_creation_input_tokens: 4_500,
  cache_creation: { ephemeral_5m_input_tokens: 3_000, ephemeral_1h_input_tokens: 1_500 },
  output_tokens: 777,
  service_tier: 'standard',
};

describe('calls of wrapped clients on the Overview', () => {
  let suite: RunningSuite;
  let browser: Browser;
  let owner: Owner;
  let watched: WatchedPage;
  let openaiServer: ProviderServer;
  let anthropicServer: ProviderServer;
  let tokengrip: Tokengrip;

  beforeAll(async () => {
    [suite, browser, openaiServer, anthropicServer] = await Promise.all([
      startFreshSuite(),
      launchBrowser(),
      startOpenAIServer(),
      startAnthropicServer(),
    ]);
    owner = await createOwner(suite.address);
    tokengrip = new Tokengrip({ apiKey: owner.apiKey, baseUrl: suite.address, environment: 'production' });
    watched = await openPage(browser, suite.address);
    await owner.logIn(watched.page);
  });
  afterAll(async () => {
    await tokengrip?.close();
    await Promise.all([browser?.close(), openaiServer?.close(), anthropicServer?.close()]);
    await suite?.stop();
  });

  const openai = () =>
    wrapOpenAI(new OpenAI({ apiKey: 'sk-test', baseURL: openaiServer.baseUrl }), tokengrip, { provider: 'openai' });
  const anthropic = () =>
    wrapAnthropic(new Anthropic({ apiKey: 'sk-ant-test', baseURL: anthropicServer.baseUrl }), tokengrip);

  /** Waits until the page shows exactly this total, by itself. */
  async function expectSpend(exact: string): Promise<void> {
    const spend = watched.page.getByRole('button', { name: /^Spend/ });
    await spend.getByTitle(`$${exact}`, { exact: true }).waitFor();
  }

  it.each([
    ['plain', false],
    ['streamed', true],
  ])('OpenAI chat, %s: cached and reasoning tokens', async (_name, stream) => {
    openaiServer.reply({ model: 'gpt-5.4', usage: CHAT_USAGE, serviceTier: 'default' });
    const body = { model: 'gpt-5.4', messages: [{ role: 'user' as const, content: 'Hello' }] };
    if (stream) for await (const _ of await openai().chat.completions.create({ ...body, stream }));
    else await openai().chat.completions.create(body);
    // 3,808 × 2.5e-6 = 0.00952; 8,192 × 2.5e-7 = 0.002048; 388 × 1.5e-5 = 0.00582; 512 × 1.5e-5 = 0.00768
    await expectSpend(stream ? '0.050136' : '0.025068');
  });

  it.each([
    ['plain', false],
    ['streamed', true],
  ])('Anthropic messages, %s: cache reads and both kinds of cache writes', async (_name, stream) => {
    anthropicServer.reply({ model: 'claude-haiku-4-5', usage: MESSAGE_USAGE });
    const body = {
      model: 'claude-haiku-4-5',
      max_tokens: 1_000,
      messages: [{ role: 'user' as const, content: 'Hello' }],
    };
    if (stream) await anthropic().messages.stream(body).finalMessage();
    else await anthropic().messages.create(body);
    // 321 × 1e-6 = 0.000321; 20,000 × 1e-7 = 0.002; 3,000 × 1.25e-6 = 0.00375; 1,500 × 2e-6 = 0.003;
    // 777 × 5e-6 = 0.003885: together 0.012956
    await expectSpend(stream ? '0.076048' : '0.063092');
  });

  it('OpenAI responses and embeddings', async () => {
    openaiServer.reply({
      model: 'gpt-5.4-mini',
      usage: {
        input_tokens: 1_000,
        input_tokens_details: { cached_tokens: 600 },
        output_tokens: 100,
        output_tokens_details: { reasoning_tokens: 40 },
        total_tokens: 1_100,
      },
    });
    await openai().responses.create({ model: 'gpt-5.4-mini', input: 'Hello' });
    // 400 × 7.5e-7 = 0.0003; 600 × 7.5e-8 = 0.000045; 100 × 4.5e-6 = 0.00045: together 0.000795
    await expectSpend('0.076843');
    openaiServer.reply({ usage: { prompt_tokens: 12_345, total_tokens: 12_345 } });
    await openai().embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' });
    // 12,345 × 2e-8 = 0.0002469
    await expectSpend('0.0770899');
  });

  it('leaves a page without a complaint', async () => {
    await expectAccessible(watched.page);
    expect(watched.complaints).toEqual([]);
  });
});
