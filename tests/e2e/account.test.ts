import { stepAt, totpCode } from '@tokengrip/core/domain/accounts/totp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { createOwner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function codeOf(secret: string): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
  return totpCode(Buffer.from(bytes), stepAt(new Date()));
}

describe('a person’s account in a real browser', () => {
  let suite: RunningSuite;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let recoveryCodes: string[];

  beforeAll(async () => {
    [suite, browser] = await Promise.all([startFreshSuite(), launchBrowser()]);
    await createOwner(suite.address);
    watched = await openPage(browser, suite.address);
    page = watched.page;
  });
  afterAll(async () => {
    await browser?.close();
    await suite?.stop();
  });

  const enterPassword = async () => {
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
  };

  it('comes back after the log-in to where it was going, with cookies that no script can read', async () => {
    await page.goto('/settings/account?range=7d');
    await enterPassword();
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=7d');
    const cookies = (await page.context().cookies()).map(({ name, path, httpOnly, sameSite }) => [
      name,
      path,
      httpOnly,
      sameSite,
    ]);
    expect(cookies.sort()).toEqual([
      ['tokengrip_access', '/api', true, 'Strict'],
      ['tokengrip_device', '/api/v1/auth', true, 'Strict'],
      ['tokengrip_refresh', '/api/v1/auth/refresh', true, 'Strict'],
    ]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByText('This one').waitFor();
    await expectAccessible(page);
  });

  it('goes on when the short token has run out, in all tabs', async () => {
    const second = await page.context().newPage();
    await second.goto('/records');
    await page.context().clearCookies({ name: 'tokengrip_access' });
    await Promise.all([page.goto('/records'), second.goto('/settings/account')]);
    await page.getByRole('heading', { name: 'Records' }).waitFor();
    await second.getByText('This one').waitFor();
    await second.close();
    expect(watched.complaints.splice(0).filter((complaint) => !/status of 401/.test(complaint))).toEqual([]);
  });

  it('turns two-factor authentication on by a code, and shows the recovery codes once', async () => {
    await page.goto('/settings/account');
    await page.getByRole('button', { name: 'Turn on two-factor authentication' }).click();
    await page.getByLabel('Current password').fill(PASSWORD);
    const [reply] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/account/two-factor')),
      page.getByRole('button', { name: 'Continue' }).click(),
    ]);
    const { secret } = (await reply.json()) as { secret: string };
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret));
    await page.getByRole('button', { name: 'Turn on' }).click();
    const list = page.getByRole('list', { name: 'Recovery codes' });
    await list.waitFor();
    await expectAccessible(page);
    recoveryCodes = await list.getByRole('listitem').allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 left').waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('logs out everywhere, and in again in two steps', async () => {
    await page.getByRole('button', { name: 'Log out everywhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();
    await page.getByRole('heading', { name: 'Log in to Tokengrip' }).waitFor();
    await enterPassword();
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('asks to log in when the session was ended elsewhere, and comes back to the same address', async () => {
    await page.goto('/records?range=7d');
    await page.getByRole('heading', { name: 'Records' }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('heading', { name: 'Log in to Tokengrip' }).waitFor();
    await enterPassword();
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(recoveryCodes[1] ?? '');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Records' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=7d');
  });

  it.each(['/forgot-password', '/register', '/reset-password#token=x', '/confirm-email#token=x'])(
    'what stands before the log-in is accessible: %s',
    async (path) => {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectAccessible(page);
      expect(page.url()).not.toContain('token');
    },
  );
});
