import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, openPage, type WatchedPage } from './browser.ts';
import type { Owner } from './owner.ts';
import { type Started, startForOwner } from './started.ts';

describe('a team in a real browser', () => {
  let started: Started;
  let owner: Owner;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    started = await startForOwner();
    ({ owner, watched, page } = started);
  });
  afterAll(() => started?.stop());

  it('invites somebody by a link, who joins with a new account and sees what a viewer sees', async () => {
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('Email').fill('vera@example.com');
    await page.getByLabel('Role', { exact: true }).selectOption('viewer');
    await page.getByRole('button', { name: 'Create invitation' }).click();
    const link = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
    expect(link).toContain(`${started.suite.address}/invitation#token=`);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('vera@example.com').waitFor();

    const guest = await openPage(started.browser, started.suite.address);
    await guest.page.goto(link);
    await guest.page.getByRole('heading', { name: 'Join My organization' }).waitFor();
    expect(guest.page.url()).not.toContain('token');
    await guest.page.getByLabel('Name').fill('Vera');
    await guest.page.getByLabel('Password').fill('correct horse battery');
    await guest.page.getByRole('button', { name: 'Accept the invitation' }).click();
    await guest.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await guest.page.goto('/settings/members');
    await guest.page.getByText('ada@example.com').waitFor();
    expect(await guest.page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
    expect(await guest.page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await guest.page.context().close();

    await page.reload();
    await page.getByLabel('Role of Vera').selectOption('member');
    await expect.poll(() => page.getByLabel('Role of Vera').inputValue()).toBe('member');
  });

  it('makes a key that reads, rotates it, and says all of it in the audit log', async () => {
    await page.goto(`/settings/projects/${owner.projectId}`);
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('reports');
    await page.getByLabel('It may').selectOption('read');
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await page.getByTestId('api-key').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Rotate reports' }).click();
    await page.getByRole('button', { name: 'Make the new key' }).click();
    await page.getByTestId('api-key').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.goto('/settings/audit-log');
    await page.getByText('Key: rotated').waitFor();
    await page.getByText('Member: role changed').waitFor();
  });

  it('asks before it keeps records for a shorter time', async () => {
    await page.goto('/settings/organization');
    await page.getByLabel('Days that records are kept').fill('30');
    await page.getByText('No record is that old').waitFor();
    await page.getByRole('region', { name: 'Plan and retention' }).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.reload();
    await expect.poll(() => page.getByLabel('Days that records are kept').inputValue()).toBe('30');
  });

  it('erases an end user and follows it until it is done', async () => {
    await page.goto('/settings/privacy');
    await page.getByLabel('Id').fill('user-17');
    await page.getByRole('button', { name: 'Find records' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await page.getByText('Erasure of an end user').waitFor();
    await page.getByText('done', { exact: true }).waitFor({ timeout: 90_000 });
  });

  it('is accessible, wide and narrow, light and dark, and never wider than the screen', async () => {
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const path of [
          'organization',
          'members',
          'privacy',
          'audit-log',
          'account',
          `projects/${owner.projectId}`,
        ]) {
          await page.goto(`/settings/${path}`);
          await page.locator('main section').first().waitFor();
          await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' });
          const wider = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
          expect(wider, `${path} at ${width}`).toBeLessThanOrEqual(0);
          await expectAccessible(page);
          const folder = process.env.PICTURES;
          const file = `${path.replace('/', '-')}-${width}-${colorScheme}.png`;
          if (folder) await page.screenshot({ path: `${folder}/${file}`, fullPage: true });
        }
      }
    }
    expect(watched.complaints).toEqual([]);
  }, 120_000);
});
