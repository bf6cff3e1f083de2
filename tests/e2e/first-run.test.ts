import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const run = promisify(execFile);

describe('from an empty installation to the first record', () => {
  let suite: RunningSuite;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    [suite, browser] = await Promise.all([startFreshSuite(), launchBrowser()]);
    watched = await openPage(browser, suite.address);
  });
  afterAll(async () => {
    await browser?.close();
    await suite?.stop();
  });

  it('leads to the owner’s account, and says at the field what is wrong with it', async () => {
    const { page } = watched;
    await page.goto('/');
    await page.getByRole('heading', { name: 'Welcome to Tokengrip' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill('ada@example..com');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('must be an email address').waitFor();
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Create key' }).waitFor();
  });

  it('gives a key and a command that contains it, and moves on when the command has been run', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('tab', { name: 'curl' }).click();
    await page.getByText('Waiting for the first call').waitFor();
    await expectAccessible(page);
    const command = await page.locator('pre', { hasText: 'curl' }).textContent();
    expect(command).toContain(suite.address);
    const { stdout } = await run('bash', ['-c', (command ?? '').replace(/^curl/, 'curl --silent')]);
    expect(JSON.parse(stdout)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('shows the call on the Overview with the cost that hand arithmetic gives', async () => {
    const { page } = watched;
    // gpt-5.4-mini: 1,200 × 7.5e-7 + 340 × 4.5e-6 = 0.0009 + 0.00153 = 0.00243
    await page.getByTitle('$0.00243', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'gpt-5.4-mini' }).first().waitFor();
    await expectAccessible(page);
  });

  it('has logged nothing and asked nobody else', () => {
    // Chromium writes the answer to the bad address to the console.
    const expected = /status of 400/;
    expect(watched.complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
});
