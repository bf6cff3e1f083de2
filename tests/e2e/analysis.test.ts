import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../analysis/suite.ts';
import { startAnthropicServer } from '../providers/anthropic.ts';
import type { ProviderServer } from '../providers/provider-server.ts';
import { expectAccessible, type WatchedPage } from './browser.ts';
import { type Started, startForOwner } from './started.ts';

const CALLS = 40;
/** Each organization's, on a day: one that is cancelled, one that ends. */
const DAILY_LIMIT = 2;

describe('an analysis by Claude', () => {
  let claude: ProviderServer;
  let started: Started;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    claude = await startAnthropicServer();
    started = await startForOwner({
      ANTHROPIC_API_KEY: 'sk-ant-only-for-tests-only-for-tests',
      ANTHROPIC_BASE_URL: claude.baseUrl,
      ANALYSIS_DAILY_LIMIT: String(DAILY_LIMIT),
    });
    ({ watched, page } = started);
    const { accepted } = await started.owner.send(
      Array.from({ length: CALLS }, () => ({
        source: 'normalized',
        provider: 'openai',
        model: 'gpt-5.4-mini',
        feature: 'chat',
        usage: { tokens: { input: 2_000, output: 300 } },
        timestamp: new Date().toISOString(),
      })),
    );
    expect(accepted).toBe(CALLS);
  });
  afterAll(async () => {
    await started?.stop();
    await claude?.close();
  });

  const send = async () => {
    await page.getByRole('button', { name: 'Show what would be sent' }).click();
    await page.getByRole('heading', { name: 'What would be sent, to the byte' }).waitFor();
    await page.getByRole('button', { name: 'Send it to Claude' }).click();
  };
  const back = () => page.getByRole('button', { name: 'All analyses' }).click();

  it('waits until an owner allows it, and then sends nothing before the document was seen', async () => {
    await page.goto('/savings?tab=analysis');
    await page.getByText('Analyses are not allowed yet').waitFor();
    expect(await page.getByRole('button', { name: 'Show what would be sent' }).count()).toBe(0);
    await page.getByRole('switch', { name: 'Allow analyses by Claude' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Ready', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show what would be sent' }).click();
    await page.getByRole('heading', { name: 'What would be sent, to the byte' }).waitFor();
    await expectAccessible(page);
    expect(claude.requests).toEqual([]);
  });

  it('is cancelled while Claude answers: the connection ends, and nothing of it is kept', async () => {
    claude.reply({ hangAfter: 2 });
    await page.getByRole('button', { name: 'Send it to Claude' }).click();
    await page.getByRole('status').filter({ hasText: 'Claude reads and answers' }).waitFor();
    await expect.poll(() => claude.requests.length).toBe(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('It was cancelled. Nothing of it was kept.').waitFor();
    expect(await claude.requests[0]?.closed).toBe(true);
    await page.reload();
    await page.getByText('It was cancelled. Nothing of it was kept.').waitFor();
    await back();
    await page.getByRole('row').filter({ hasText: 'cancelled' }).waitFor();
  });

  it('shows what Claude says, and says when the day’s analyses are used up', async () => {
    claude.reply(answering({ summary: 'All calls are of one feature.', findings: [] }));
    await send();
    await page.getByText('All calls are of one feature.').waitFor();
    await expectAccessible(page);
    await back();
    await page.getByText('Today’s analyses are used up', { exact: true }).waitFor();
    await page.getByText(`${DAILY_LIMIT} of ${DAILY_LIMIT} used today`).waitFor();
    expect(await page.getByRole('button', { name: 'Show what would be sent' }).count()).toBe(0);
    expect(watched.complaints).toEqual([]);
  });
});

describe('an analysis where nothing may leave', () => {
  let started: Started;

  beforeAll(async () => {
    started = await startForOwner({ AIR_GAPPED: 'true', ANTHROPIC_API_KEY: 'sk-ant-only-for-tests-only-for-tests' });
  });
  afterAll(() => started?.stop());

  it('is explained instead of offered, although there is a key', async () => {
    const { page, watched } = started;
    await page.goto('/savings?tab=analysis');
    await page.getByText('Nothing leaves this installation').waitFor();
    await page.getByText('The rules work all the same.').waitFor();
    expect(await page.getByRole('button', { name: 'Show what would be sent' }).count()).toBe(0);
    await expectAccessible(page);
    expect(watched.complaints).toEqual([]);
  });
});
