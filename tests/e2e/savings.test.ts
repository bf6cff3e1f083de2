import { plantWaste } from '@tokengrip/core/sample/company/waste';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, openPage, type WatchedPage } from './browser.ts';
import type { Owner } from './owner.ts';
import { type Started, startForOwner } from './started.ts';

const DAY_MS = 86_400_000;
const BATCH = 500;
const LOOK_TIMEOUT_MS = 60_000;

describe('savings', () => {
  let started: Started;
  let owner: Owner;
  let watched: WatchedPage;
  let page: Page;
  let calls = 0;
  let shared = '';

  beforeAll(async () => {
    started = await startForOwner({ ANTHROPIC_API_KEY: '' });
    ({ owner, watched, page } = started);
    const now = Date.now();
    const period = { seed: 5, from: new Date(now - 29 * DAY_MS), to: new Date(now) };
    // Calls that nobody waits for, at the full price; and long prompts that begin alike and are paid for anew each time.
    const records = [...plantWaste('batch', period), ...plantWaste('cache_prefix', period)];
    for (let at = 0; at < records.length; at += BATCH) {
      const { accepted, rejected } = await owner.send(records.slice(at, at + BATCH));
      expect(rejected).toEqual([]);
      calls += accepted;
    }
  });
  afterAll(() => started?.stop());

  const open = async (section: string) => {
    await page.getByRole('link', { name: 'Savings', exact: true }).click();
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
  };

  it(
    'says that nobody has looked, looks, and finds what was planted',
    async () => {
      await page.getByRole('link', { name: 'Savings', exact: true }).click();
      await page.getByText('Nobody has looked yet').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Look now' }).click();
      const list = page.getByRole('region', { name: 'Recommendations' });
      await list.getByRole('button', { name: 'Send “nightly-digest” as batch' }).waitFor({ timeout: LOOK_TIMEOUT_MS });
      await list.getByRole('button', { name: 'Cache the beginning of the prompts of “clause-finder”' }).waitFor();
      await page.getByText(`at ${calls.toLocaleString('en-US')} calls`).waitFor();
      await page.getByText('2 open recommendations, nothing counted twice').click();
      await page.getByText('Savings are added up from the largest to the smallest.').waitFor();
      await expectAccessible(page);
    },
    LOOK_TIMEOUT_MS,
  );

  it('shows the evidence, the way to do it, and the records behind it', async () => {
    await page.getByRole('button', { name: 'Send “nightly-digest” as batch' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('heading', { name: 'What was seen' }).waitFor();
    await sheet.getByRole('button', { name: /^Copy / }).click();
    await sheet.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('batch');
    await expectAccessible(page);
    await sheet.getByRole('link', { name: 'Open the records behind it' }).click();
    await page.getByRole('heading', { name: 'Records' }).waitFor();
    await page.getByRole('button', { name: 'Remove the filter Feature: nightly-digest' }).waitFor();
    await page.goBack();
    await sheet.getByRole('heading', { name: 'What was seen' }).waitFor();
  });

  it('accepts one, dismisses another with a reason, and opens it again', async () => {
    const sheet = page.getByRole('dialog').first();
    await sheet.getByRole('button', { name: 'Accept' }).click();
    await sheet.getByText(/^Accepted by Ada on/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 open recommendation, nothing counted twice').waitFor();
    await page.getByRole('button', { name: 'Cache the beginning' }).click();
    await sheet.getByRole('button', { name: 'Dismiss' }).click();
    const dialog = page.getByRole('dialog', { name: 'Dismiss this recommendation?' });
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await dialog.getByText('Enter a reason').waitFor();
    await dialog.getByLabel('Reason').fill('The provider cannot');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await sheet.getByText('“The provider cannot”').waitFor();
    await sheet.getByRole('button', { name: 'Reopen' }).click();
    await sheet.getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('dialog', { name: 'Put it off until when?' }).getByRole('button', { name: '7 days' }).click();
    await page.getByRole('button', { name: 'Put it off' }).click();
    await sheet.getByText(/^Put off until/).waitFor();
    await sheet.getByRole('button', { name: 'Reopen' }).click();
    await sheet.getByRole('button', { name: 'Snooze' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Accepted 1' }).click();
    await page.getByRole('button', { name: 'Send “nightly-digest” as batch' }).waitFor();
    await expect.poll(() => page.url()).toContain('state=accepted');
  });

  it('tells the Overview what was found', async () => {
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: /^Savings found: \$[\d.]+ a month$/ }).click();
    await page.getByRole('heading', { name: 'Savings', exact: true }).waitFor();
  });

  it('prices the calls as another model’s, and as a batch, without a press', async () => {
    await open('What-if');
    await page.getByText('Say what would be different').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Model', { exact: true }).fill('gpt-5-mini');
    await page
      .getByRole('option', { name: /^gpt-5-mini/ })
      .first()
      .click();
    const outcome = page.getByRole('region', { name: 'Outcome' });
    await outcome.getByText(/^[\d.]+.% less$/).waitFor();
    await outcome.getByText(`of ${calls.toLocaleString('en-US')} calls are in these figures.`).waitFor();
    await page.getByRole('button', { name: 'By feature' }).click();
    await page.getByRole('row', { name: /^clause-finder/ }).waitFor();
    await page.getByLabel('Into a cache, %').fill('80');
    await page.getByLabel('From a cache, %').fill('30');
    await page.getByText('Both together are at most 100.').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Into a cache, %').fill('');
    await expect.poll(() => page.url()).toMatch(/toModel=gpt-5-mini.*cached=30/);
  });

  it('saves it, and its link opens it for somebody else', async () => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Everything on the mini');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Everything on the mini' }).waitFor();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    shared = await page.evaluate(() => navigator.clipboard.readText());
    const costs = await page.getByRole('region', { name: 'Outcome' }).locator('dd').allInnerTexts();
    const other = await openPage(started.browser, started.suite.address, { width: 390 });
    await owner.logIn(other.page);
    await other.page.goto(shared);
    await other.page.getByRole('heading', { name: 'Everything on the mini' }).waitFor();
    expect(await other.page.getByRole('region', { name: 'Outcome' }).locator('dd').allInnerTexts()).toEqual(costs);
    await expectAccessible(other.page);
    expect(other.complaints).toEqual([]);
    await other.page.context().close();
  });

  it('renames and deletes it', async () => {
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('All mini');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { name: 'All mini' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete what-if' }).click();
    await page.getByText('None is saved yet').waitFor();
    expect(watched.complaints).toEqual([]);
    await page.goto(shared);
    await page.getByText('The what-if could not be loaded').waitFor();
    expect(watched.complaints.splice(0)).toEqual([expect.stringMatching(/status of 404/)]);
  });

  it('explains what an analysis needs where there is no key', async () => {
    await open('Analysis');
    await page.getByText('There is no key for Claude yet').waitFor();
    await page.getByText(/sets ANTHROPIC_API_KEY for the worker/).waitFor();
    expect(await page.getByRole('button', { name: 'Show what would be sent' }).count()).toBe(0);
    await expectAccessible(page);
  });

  it('follows what was accepted, and says when nothing is known of it yet', async () => {
    await open('Realized');
    await page.getByRole('row', { name: /^Send “nightly-digest” as batch not (looked at yet|yet seen)/ }).waitFor();
    await page.getByRole('button', { name: 'Send “nightly-digest” as batch' }).click();
    await page.getByText(/^(Not looked at yet|The change is not seen yet)$/).waitFor();
    await expectAccessible(page);
    // Until it is taken up the API knows nothing of it.
    expect(watched.complaints.filter((complaint) => !complaint.includes('status of 404'))).toEqual([]);
  });

  it('offers a viewer everything to see and nothing to press', async () => {
    const invitation = await fetch(`${started.suite.address}/api/v1/invitations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...owner.headers },
      body: JSON.stringify({ email: 'viewer@example.com', role: 'viewer' }),
    });
    const { path } = (await invitation.json()) as { path: string };
    await fetch(`${started.suite.address}/api/v1/auth/invitation/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: path.split('#token=')[1], name: 'Vera', password: 'correct horse battery' }),
    });
    const viewer = await openPage(started.browser, started.suite.address);
    await viewer.page.goto('/login?redirect=/savings');
    await viewer.page.getByLabel('Email').fill('viewer@example.com');
    await viewer.page.getByLabel('Password').fill('correct horse battery');
    await viewer.page.getByRole('button', { name: 'Log in' }).click();
    await viewer.page.getByRole('button', { name: 'Cache the beginning' }).click();
    await viewer.page.getByRole('dialog').getByRole('link', { name: 'Open the records behind it' }).waitFor();
    for (const name of ['Accept', 'Snooze', 'Dismiss', 'Look again now']) {
      expect(await viewer.page.getByRole('button', { name, exact: true, includeHidden: true }).count(), name).toBe(0);
    }
    await viewer.page.goto('/savings?tab=whatif&toTier=batch');
    await viewer.page.getByRole('region', { name: 'Outcome' }).waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0);
    await viewer.page.goto('/savings?tab=analysis');
    await viewer.page.getByText('Owners and admins allow analyses').waitFor();
    expect(await viewer.page.getByRole('switch').count()).toBe(0);
    expect(viewer.complaints).toEqual([]);
    await viewer.page.context().close();
  });
});
