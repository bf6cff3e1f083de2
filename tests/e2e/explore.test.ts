import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, openPage, type WatchedPage } from './browser.ts';
import type { Owner } from './owner.ts';
import { type Started, startForOwner } from './started.ts';

interface Call {
  model: string;
  feature: string;
  user?: string;
  tags?: Record<string, string>;
  latencyMs?: number;
  status?: 'ok' | 'error';
}

/** 2 calls by `chat` on one model, one by `search` on another, which failed. */
const CALLS: readonly Call[] = [
  { model: 'gpt-5-mini', feature: 'chat', user: 'ann', tags: { team: '=1+1' }, latencyMs: 1_200 },
  { model: 'gpt-5-mini', feature: 'chat', user: 'bob', tags: { team: 'growth' }, latencyMs: 800 },
  { model: 'gpt-5-nano', feature: 'search', user: 'bob', latencyMs: 90, status: 'error' },
];

/** What a page needs to ask the server and show the answer, on a machine that does other things as well. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

describe('Explore', () => {
  let started: Started;
  let owner: Owner;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    started = await startForOwner();
    ({ owner, watched, page } = started);
  });
  afterAll(() => started?.stop());

  async function send(calls: readonly Call[]): Promise<void> {
    const usage = { prompt_tokens: 1_000, completion_tokens: 100 };
    const records = calls.map((call) => ({
      source: 'openai.chat',
      timestamp: new Date().toISOString(),
      usage,
      ...call,
    }));
    expect(await owner.send(records)).toMatchObject({ accepted: calls.length });
  }

  const figures = () => page.getByRole('region', { name: 'Figures' });
  const rows = () => figures().locator('tbody tr[data-row]');
  const firstCells = () => rows().locator('td:first-child').allTextContents();
  const choose = async (label: string, option: string) => {
    await page.getByRole('button', { name: new RegExp(`^${label}:`) }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  const parameters = () => new URL(page.url()).searchParams;

  it('is reached by the keyboard, says that there is nothing, and shows calls as they come', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Explore' }).waitFor();
    await page.getByText('No calls in this period').waitFor();
    await expectAccessible(page);
    await send(CALLS);
    await figures().getByRole('link', { name: 'gpt-5-mini' }).waitFor();
    expect(await firstCells()).toEqual(['gpt-5-mini', 'gpt-5-nano']);
    await expectAccessible(page);
  });

  it('keeps metric, dimensions, columns and order in its address, and goes back', async () => {
    await choose('Metric', 'Latency, p95');
    await choose('Group by', 'Feature');
    await choose('And by', 'User');
    await eventually(() => parameters().getAll('by')).toEqual(['feature', 'user']);
    await eventually(firstCells).toEqual(['chat', 'chat', 'search']);
    await figures().getByRole('button', { name: 'Feature' }).click();
    await figures().getByRole('button', { name: 'Feature' }).click();
    await eventually(firstCells).toEqual(['search', 'chat', 'chat']);
    await page.getByRole('button', { name: /^Columns/ }).click();
    await page.getByRole('option', { name: 'Error rate', exact: true }).click();
    await page.keyboard.press('Escape');
    await figures().getByRole('columnheader', { name: 'Error rate' }).waitFor();

    const colleague = await openPage(started.browser, started.suite.address);
    await owner.logIn(colleague.page);
    await colleague.page.goto(page.url());
    await colleague.page.getByRole('region', { name: 'Figures' }).getByText('100 %').first().waitFor();
    const theirs = colleague.page.getByRole('region', { name: 'Figures' }).locator('tbody tr[data-row] td:first-child');
    expect(await theirs.allTextContents()).toEqual(['search', 'chat', 'chat']);
    await colleague.page.context().close();

    await page.goBack();
    await figures().getByRole('columnheader', { name: 'Error rate' }).waitFor({ state: 'detached' });
    await page.goto('/explore');
    await rows().first().waitFor();
  });

  it('is filtered by values that are looked for, tags among them', async () => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('option', { name: 'User' }).click();
    await page.getByPlaceholder('Find a user').fill('BO');
    await page.getByRole('option', { name: /^ann/ }).waitFor({ state: 'detached' });
    await page.getByRole('option', { name: /^bob/ }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove the filter User: bob' }).waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('option', { name: 'Tag' }).click();
    await page.getByRole('option', { name: /^team/ }).click();
    await page.getByRole('option', { name: /^growth/ }).click();
    await page.keyboard.press('Escape');
    await eventually(firstCells).toEqual(['gpt-5-mini']);
    expect(parameters().getAll('tag')).toEqual(['team=growth']);
    await page.getByRole('button', { name: 'Remove the filter team: growth' }).click();
    await eventually(firstCells).toHaveLength(2);
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => parameters().has('user')).toBe(false);
  });

  it('leads from a row to the records behind it', async () => {
    await choose('Group by', 'Feature');
    await choose('And by', 'team');
    await figures()
      .getByRole('row', { name: /growth/ })
      .getByRole('link', { name: 'chat' })
      .click();
    await page.getByRole('heading', { name: 'Records' }).waitFor();
    expect(parameters().getAll('feature')).toEqual(['chat']);
    expect(parameters().getAll('tag')).toEqual(['team=growth']);
    await eventually(() => page.getByRole('table', { name: 'Records' }).locator('tbody tr').count()).toBe(1);
    await page.goBack();
    await rows().first().waitFor();
  });

  it('gives away exactly what it shows, harmless to spreadsheets', async () => {
    const began = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const download = await began;
    expect(download.suggestedFilename()).toMatch(/^tokengrip-explore-[\d-]+-to-[\d-]+\.csv$/);
    const [names = '', ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(names).toBe('Feature,team,Spend (USD),Share,Spend before (USD),Change,Calls,Tokens');
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([
      ...(await rows().evaluateAll((found) =>
        found.map((row) =>
          [...row.querySelectorAll('td')].slice(0, 2).map(({ textContent }) => textContent.replace(/^=/, "'=")),
        ),
      )),
      ['Total', ''],
    ]);
    expect(lines.at(-1)).toMatch(/,3,3300$/);
  });

  it('takes up what comes without losing the order that was chosen', async () => {
    await page.goto('/explore?metric=calls&sort=model&order=asc&columns=none');
    await eventually(firstCells).toEqual(['gpt-5-mini', 'gpt-5-nano']);
    await send([{ model: 'gpt-5', feature: 'chat' }]);
    await eventually(firstCells).toEqual(['gpt-5', 'gpt-5-mini', 'gpt-5-nano']);
    expect(parameters().get('sort')).toBe('model');
  });

  it('says what cannot be shown, and tries again', async () => {
    await page.route('**/api/v1/usage?*', (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto('/explore?metric=tokens&range=7d');
    await page.getByText('Explore could not be loaded').waitFor({ timeout: 30_000 });
    await page.unroute('**/api/v1/usage?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows().first().waitFor();
    watched.complaints.splice(0);
    await page.goto('/explore?model=none');
    await page.getByText('No calls match these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rows().first().waitFor();
  });

  it.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)('is accessible and never wider than the window, %s, %d wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const search of ['', '?metric=latencyP95&by=feature&by=model', '?metric=errorRate&by=none&view=table']) {
      await page.goto(`/explore${search}`);
      await figures().getByText('Total').waitFor();
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
      const wider = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect(wider, search).toBeLessThanOrEqual(0);
    }
    expect(watched.complaints).toEqual([]);
  });
});
