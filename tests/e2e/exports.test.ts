import { readFile } from 'node:fs/promises';
import { generateSample } from '@tokengrip/core/sample/generate';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from './browser.ts';
import { createOwner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const DAY_MS = 86_400_000;
const JOB_TIMEOUT_MS = 30_000;

const linesOf = async (download: Download): Promise<string[]> =>
  (await readFile(await download.path(), 'utf8')).trim().split('\n');

describe('records as files', () => {
  let suite: RunningSuite;
  let browser: Browser;
  let page: Page;
  let own = 0;

  beforeAll(async () => {
    [suite, browser] = await Promise.all([startFreshSuite(), launchBrowser()]);
    const owner = await createOwner(suite.address);
    const to = new Date();
    const period = { from: new Date(to.getTime() - 2 * DAY_MS), to };
    const records = [...generateSample({ seed: 1, ...period, calls: 300 })].slice(0, 400);
    own = records.filter(({ feature }) => feature === 'support-chat').length;
    const reply = await fetch(`${suite.address}/v1/usage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.apiKey}` },
      body: JSON.stringify({ records }),
    });
    expect(await reply.json()).toMatchObject({ rejected: [] });
    ({ page } = await openPage(browser, suite.address));
    await owner.logIn(page);
    await page.goto('/records?range=7d&feature=support-chat');
  });
  afterAll(async () => {
    await browser?.close();
    await suite?.stop();
  });

  const choose = async (format: string) => {
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: format }).click();
  };

  it('are those that the page lists, and no others', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), choose('JSON lines')]);
    const features = (await linesOf(file)).map((line) => (JSON.parse(line) as { feature: string }).feature);
    expect(own).toBeGreaterThan(0);
    expect(features).toEqual(Array.from({ length: own }, () => 'support-chat'));
  });

  it('are made in the background where they are more than one reply holds', { timeout: 60_000 }, async () => {
    // As the server says it of more than 100,000.
    await page.route('**/api/v1/records/export*', (route) =>
      route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'export_too_large', detail: 'There are more than 100000 records' }),
      }),
    );
    await choose('CSV');
    const files = page.getByRole('list', { name: 'Files' });
    const link = files.getByRole('link', { name: 'Download' });
    await link.waitFor({ timeout: JOB_TIMEOUT_MS });
    await expectAccessible(page);
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(await linesOf(file)).toHaveLength(own + 1);
    await files.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are none.').waitFor();
  });
});
