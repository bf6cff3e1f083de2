import { gzipSync } from 'node:zlib';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { createOwner, type Owner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

/** Loading the sample data takes a quiet machine ten seconds. */
const SAMPLE_DATA_TIMEOUT_MS = 180_000;
/** More than a request may name. */
const MANY_PROJECTS = 51;
/** Compressed JavaScript that the first page may need. */
const FIRST_LOAD_LIMIT_BYTES = 200 * 1024;

/** What the page loads from now on. */
function scriptsOf(page: Page): Response[] {
  const scripts: Response[] = [];
  page.on('response', (response) => void (response.url().endsWith('.js') && scripts.push(response)));
  return scripts;
}

async function compressedSize(scripts: readonly Response[]): Promise<number> {
  const bodies = await Promise.all(scripts.map((response) => response.body()));
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
}

describe('pages with much data', () => {
  let suite: RunningSuite;
  let browser: Browser;
  let owner: Owner;
  let watched: WatchedPage;

  beforeAll(async () => {
    [suite, browser] = await Promise.all([startFreshSuite(), launchBrowser()]);
    owner = await createOwner(suite.address);
    watched = await openPage(browser, suite.address);
  });
  afterAll(async () => {
    await browser?.close();
    await suite?.stop();
  });

  it('the log-in page refuses a wrong password in words, and needs no more than its share of JavaScript', async () => {
    const { page } = watched;
    const scripts = scriptsOf(page);
    await page.goto('/');
    await page.getByRole('heading', { name: 'Log in to Tokengrip' }).waitFor();
    await expectAccessible(page);
    const bytes = await compressedSize(scripts);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_LIMIT_BYTES);
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText(/email address or the password is wrong/i).waitFor();
    expect(watched.complaints.splice(0)).toEqual([expect.stringMatching(/status of 401/)]);
    await owner.logIn(page);
  });

  it(
    'the empty Overview offers sample data, and shows it when it has been loaded',
    async () => {
      const { page } = watched;
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Load sample data' }).click();
      await page.getByRole('button', { name: 'Remove sample data' }).waitFor({ timeout: SAMPLE_DATA_TIMEOUT_MS });
      await page.getByText(/% of [\d,]+ calls priced/).waitFor();
      await page.getByRole('link', { name: 'All records' }).waitFor();
    },
    SAMPLE_DATA_TIMEOUT_MS,
  );

  it.each([
    ['light', 1440],
    ['light', 390],
    ['dark', 1440],
    ['dark', 390],
  ] as const)('every page is accessible and quiet, %s, %d wide', async (colorScheme, width) => {
    const { page, complaints } = watched;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const { search } = new URL(page.url());
    for (const [path, name] of [
      ['/', 'Overview'],
      ['/records', 'Records'],
      ['/alerts', 'Alerts'],
      ['/alerts?tab=settings', 'Alerts'],
      ['/channels', 'Channels'],
      ['/prices', 'Models and prices'],
      ['/prices?list=all', 'Models and prices'],
      ['/prices?tab=coverage', 'Models and prices'],
      ['/prices?tab=updates', 'Models and prices'],
      ['/prices?tab=overrides', 'Models and prices'],
      ['/prices?tab=recost', 'Models and prices'],
      [`/settings/projects/${owner.projectId}`, 'Projects & keys'],
      ['/gallery', 'Gallery'],
    ] as const) {
      await page.goto(path === '/gallery' ? path : path + (path.includes('?') ? search.replace('?', '&') : search));
      await page.getByRole('heading', { name, exact: true }).first().waitFor();
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path} is wider than the window`).toBeLessThanOrEqual(0);
    }
    await page.goto(`/${search}`);
    expect(complaints).toEqual([]);
  });

  it('needs no more than its share of JavaScript for the Overview with all its charts', async () => {
    // As somebody comes back: logged in, and with nothing kept of an earlier visit.
    const storageState = await watched.page.context().storageState();
    const context = await browser.newContext({ baseURL: suite.address, storageState });
    const page = await context.newPage();
    const scripts = scriptsOf(page);
    await page.goto(`/${new URL(watched.page.url()).search}`);
    await page.locator('canvas').waitFor();
    await page.waitForLoadState('networkidle');
    const bytes = await compressedSize(scripts);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_LIMIT_BYTES);
    await context.close();
  });

  it('shows how the cost of a record comes about', async () => {
    const { page, complaints } = watched;
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
    const { search } = new URL(page.url());
    await page.goto(`/records${search}`);
    // Some of the newest have failed before they cost anything.
    await page
      .getByRole('row')
      .filter({ hasText: /\$0\.\d*[1-9]/ })
      .first()
      .click();
    const sheet = page.getByRole('dialog');
    await sheet
      .getByText(/^[\d,]+ × \$0\.\d+/)
      .first()
      .waitFor();
    await sheet.getByText(/^Price of/).waitFor();
    await sheet.getByText('Usage as it came').waitFor();
    await expectAccessible(page);
    // The link alone leads there, too.
    await page.reload();
    await sheet.getByText(/^Price of/).waitFor();
    await page.goto(`/${search}`);
    expect(complaints).toEqual([]);
  });

  it('shows a colleague the same thing by its address, and goes back', async () => {
    const { page } = watched;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: /^Calls/ }).click();
    const address = page.url();
    expect(address).toMatch(/calls/);
    const colleague = await openPage(browser, suite.address);
    await owner.logIn(colleague.page);
    await colleague.page.goto(address);
    await colleague.page.getByRole('button', { name: /^Calls/, pressed: true }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: /^Spend/, pressed: true }).waitFor();
  });

  it('leaves the sample data out of all projects, however many there are', async () => {
    const { page, complaints } = watched;
    for (let number = 1; number <= MANY_PROJECTS; number += 1) {
      const reply = await fetch(`${suite.address}/api/v1/projects`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...owner.headers },
        body: JSON.stringify({ name: `Project ${number}` }),
      });
      expect(reply.status).toBe(201);
    }
    const { search } = new URL(page.url());
    await page.goto('/');
    await page.getByText('No calls in this period').waitFor();
    await page.goto('/records');
    await page.getByText('No records in this period').waitFor();
    await page.goto(`/${search}`);
    await page.getByRole('button', { name: 'Remove sample data' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it(
    'removes the sample data, after asking',
    async () => {
      const { page } = watched;
      await page.getByRole('button', { name: 'Remove sample data' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove sample data' }).click();
      await page.getByRole('button', { name: 'Load sample data' }).waitFor({ timeout: SAMPLE_DATA_TIMEOUT_MS });
    },
    SAMPLE_DATA_TIMEOUT_MS,
  );
});
