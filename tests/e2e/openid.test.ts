import { startTestProvider, type TestProvider } from '@tokengrip/api/testing-provider';
import { freePort } from '@tokengrip/local/ports';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from './browser.ts';
import { createOwner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const PASSWORD = 'correct horse battery';

describe('single sign-on in a real browser', () => {
  let provider: TestProvider;
  let suite: RunningSuite;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const port = await freePort();
    const address = `http://localhost:${port}`;
    provider = await startTestProvider(`${address}/api/v1/auth/openid/callback`);
    [suite, browser] = await Promise.all([
      startFreshSuite({ PUBLIC_URL: address, ...provider.env }, port),
      launchBrowser(),
    ]);
    await createOwner(suite.address);
    page = (await openPage(browser, suite.address)).page;
  });
  afterAll(async () => {
    await browser?.close();
    await suite?.stop();
    await provider?.close();
  });

  it('says on the log-in page why nobody is in, and goes back to what was wanted when somebody is', async () => {
    provider.is({ sub: 'ada', email: 'ada@example.com', email_verified: true });
    await page.goto('/settings/account');
    await page.getByRole('button', { name: 'Log in with Example ID' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Log in with Example ID' }).click();
    await page.getByText('which was never confirmed here').waitFor();
    expect(new URL(page.url()).hash).toBe('');

    await page.goto('/settings/account');
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('button', { name: 'Link single sign-on' }).click();
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Unlink single sign-on' }).waitFor();
    await expectAccessible(page);

    await page.context().clearCookies();
    await page.goto('/settings/account?range=7d');
    await page.getByRole('button', { name: 'Log in with Example ID' }).click();
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=7d');
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });
});
