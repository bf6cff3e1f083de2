import OpenAI from 'openai';
import type { Browser, Page } from 'playwright-core';
import { BudgetExceededError, Tokengrip, wrapOpenAI } from 'tokengrip';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOpenAIServer } from '../providers/openai.ts';
import type { ProviderServer } from '../providers/provider-server.ts';
import { expectAccessible, launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { createOwner, type Owner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const CHAT = { model: 'gpt-5-mini', messages: [{ role: 'user' as const, content: 'Say hello.' }] };

describe('a budget that blocks', () => {
  let suite: RunningSuite;
  let provider: ProviderServer;
  let browser: Browser;
  let owner: Owner;
  let watched: WatchedPage;
  let page: Page;
  let tokengrip: Tokengrip;
  let client: OpenAI;

  beforeAll(async () => {
    [suite, browser, provider] = await Promise.all([
      startFreshSuite({ PRICING_SYNC: 'false' }),
      launchBrowser(),
      startOpenAIServer(),
    ]);
    owner = await createOwner(suite.address);
    watched = await openPage(browser, suite.address);
    page = watched.page;
    tokengrip = new Tokengrip({
      apiKey: owner.apiKey,
      baseUrl: suite.address,
      enforceBudgets: true,
      budgetTimeoutMs: 5_000,
    });
    client = wrapOpenAI(new OpenAI({ apiKey: 'sk-test', baseURL: provider.baseUrl, logLevel: 'off' }), tokengrip, {
      provider: 'openai',
    });
    await owner.logIn(page);
  });
  afterAll(async () => {
    await tokengrip?.close(0);
    await browser?.close();
    await provider?.close();
    await suite?.stop();
  });

  const call = () => tokengrip.withContext({ feature: 'chat' }, () => client.chat.completions.create(CHAT));

  it('is made on its page, with a look at the periods before', async () => {
    await page.getByRole('link', { name: 'Budgets' }).click();
    await page.getByText('No budgets yet').waitFor();
    await page.getByRole('button', { name: 'New budget' }).click();
    await page.getByLabel('Name').fill('Chat');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByLabel('Dimension').selectOption('features');
    await page.getByLabel('Values').fill('chat');
    await page.getByLabel('Amount').fill('2');
    await page.getByLabel('Of').selectOption('calls');
    await page.getByText('It would not have been exceeded').waitFor();
    await page.getByRole('button', { name: 'Block calls' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create budget' }).click();
    await page.getByText('on track').waitFor();
    await page.getByText('feature chat').waitFor();
  });

  it('stops the SDK once it is spent, and the page says so', async () => {
    await call();
    await call();
    await tokengrip.flush();
    const before = provider.requests.length;
    await vi.waitFor(() => expect(call()).rejects.toBeInstanceOf(BudgetExceededError), { timeout: 4_000 });
    await expect(call()).rejects.toMatchObject({ budget: { name: 'Chat', limit: '2', measure: 'calls' } });
    expect(provider.requests.length - before).toBeLessThanOrEqual(1);
    await page.getByText('blocking').waitFor();
    await page.getByRole('link', { name: 'Chat' }).click();
    await page.getByRole('heading', { name: 'What drives it' }).waitFor();
    await page.getByText('gpt-5-mini').first().waitFor();
    await expectAccessible(page);
  });

  it('lets calls pass within two seconds of being raised', async () => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Amount').fill('100');
    await page.getByRole('button', { name: 'Save budget' }).click();
    await page.getByText('on track').waitFor();
    const raised = Date.now();
    await vi.waitFor(() => call(), { timeout: 10_000, interval: 50 });
    expect(Date.now() - raised).toBeLessThan(2_000);
    await page.getByText('changed it').waitFor();
    expect(watched.complaints).toEqual([]);
  });
});
