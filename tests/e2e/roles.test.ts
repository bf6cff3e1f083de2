import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { createOwner, type Owner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

const PASSWORD = 'correct horse battery';
const ROLES = ['viewer', 'member', 'admin'] as const;
type Role = (typeof ROLES)[number];

/** Everything that changes something, by the page it is on, and who of the three may press it. */
const BUTTONS: readonly { path: string; ready: string; name: RegExp; may: readonly Role[] }[] = [
  { path: '/settings/projects/1', ready: 'Keys', name: /^Create key$/, may: ['member', 'admin'] },
  { path: '/settings/projects/1', ready: 'Keys', name: /^Rotate /, may: ['member', 'admin'] },
  { path: '/settings/projects/1', ready: 'Keys', name: /^Revoke /, may: ['member', 'admin'] },
  { path: '/settings/projects/1', ready: 'Keys', name: /^New project$/, may: ['admin'] },
  { path: '/settings/projects/1', ready: 'Keys', name: /^Rename /, may: ['admin'] },
  { path: '/settings/projects/1', ready: 'Keys', name: /^Archive/, may: ['admin'] },
  { path: '/settings/members', ready: 'Members', name: /^Invite$/, may: ['admin'] },
  { path: '/settings/members', ready: 'Members', name: /^Remove Other$/, may: ['admin'] },
  { path: '/settings/members', ready: 'Members', name: /^Reset the password of Other$/, may: ['admin'] },
  // Nobody but an owner resets, removes or lowers an owner.
  { path: '/settings/members', ready: 'Members', name: /^(Remove|Reset the password of) Ada$/, may: [] },
  { path: '/settings/organization', ready: 'General', name: /^Save$/, may: ['admin'] },
  { path: '/settings/organization', ready: 'General', name: /^(Delete organization|Transfer)/, may: [] },
  { path: '/budgets', ready: 'Budgets', name: /^New budget$/, may: ['admin'] },
  { path: '/alerts?tab=settings', ready: 'What is told', name: /^Channels for Errors/, may: ['admin'] },
  { path: '/channels', ready: 'Channels', name: /^New channel$/, may: ['admin'] },
  { path: '/prices?tab=updates', ready: 'Sync', name: /^Import a file$/, may: ['admin'] },
  { path: '/prices?tab=overrides', ready: 'Your own prices', name: /^Set a price$/, may: ['admin'] },
  { path: '/prices?tab=recost', ready: 'Re-costings', name: /^New re-costing$/, may: ['admin'] },
  { path: '/', ready: '', name: /^Load sample data$/, may: ['admin'] },
];

describe('what people of each role are offered', () => {
  let suite: RunningSuite;
  let browser: Browser;
  let owner: Owner;

  beforeAll(async () => {
    [suite, browser] = await Promise.all([startFreshSuite(), launchBrowser()]);
    owner = await createOwner(suite.address);
    for (const [name, role] of [...ROLES.map((role) => [role, role] as const), ['Other', 'viewer'] as const]) {
      await join(name, role);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await suite?.stop();
  });

  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> => {
    const reply = await fetch(`${suite.address}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    expect(reply.ok, path).toBe(true);
    return reply.json();
  };

  async function join(name: string, role: Role): Promise<void> {
    const email = `${name.toLowerCase()}@example.com`;
    const { path } = (await post('/invitations', { email, role }, owner.headers)) as { path: string };
    await post('/auth/invitation/accept', { token: path.split('#token=')[1], name, password: PASSWORD });
  }

  async function logIn(email: string, password = PASSWORD): Promise<WatchedPage> {
    const watched = await openPage(browser, suite.address);
    const { page } = watched;
    await page.goto('/login');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return watched;
  }

  /** The buttons of a page, those among them that wait for something to be typed. */
  async function offered(page: Page, path: string, ready: string): Promise<string[]> {
    await page.goto(path);
    if (ready !== '') await page.getByRole('region', { name: ready, exact: true }).first().waitFor();
    await page.waitForLoadState('networkidle');
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    return page
      .locator('main button')
      .evaluateAll((buttons) =>
        buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent.trim()),
      );
  }

  it.each(ROLES)('a %s sees the buttons that they may press, and no others', async (role) => {
    const { page, complaints } = await logIn(`${role}@example.com`);
    const seen = new Map<string, string[]>();
    for (const { path, ready, name, may } of BUTTONS) {
      const names = seen.get(path) ?? (await offered(page, path, ready));
      seen.set(path, names);
      expect([path, String(name), names.some((one) => name.test(one))]).toEqual([
        path,
        String(name),
        may.includes(role),
      ]);
    }
    const pages = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
    expect(pages.filter((one) => one === 'Audit log' || one === 'Privacy')).toHaveLength(role === 'admin' ? 2 : 0);
    await page.getByRole('button', { name: new RegExp(`${role}@example.com`) }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    expect(await page.getByRole('menuitem', { name: 'New organization' }).count()).toBe(role === 'admin' ? 1 : 0);
    await page.keyboard.press('Escape');
    // Nothing was asked for that is refused.
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('an admin hands a member a link, with which they choose a new password', { timeout: 60_000 }, async () => {
    const { page } = await logIn('admin@example.com');
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Reset the password of member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current password').fill('not the password');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await dialog.getByText('This is not your current password.').waitFor();
    await dialog.getByLabel('Current password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = (await dialog.locator('code').textContent()) ?? '';
    expect(link).toContain(`${suite.address}/reset-password#token=`);
    await page.context().close();

    const guest = await openPage(browser, suite.address);
    await guest.page.goto(link);
    await guest.page.getByLabel('New password').fill('another horse battery');
    await guest.page.getByRole('button', { name: 'Change password' }).click();
    await guest.page
      .getByText(/log in/i)
      .first()
      .waitFor();
    await guest.page.context().close();
    const again = await logIn('member@example.com', 'another horse battery');
    await again.page.context().close();
  });

  it('an owner makes another organization and is in it at once', async () => {
    const { page } = await openPage(browser, suite.address);
    await owner.logIn(page);
    await page.getByRole('button', { name: /ada@example.com/ }).click();
    await page.getByRole('menuitem', { name: 'New organization' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Second Ltd.');
    await dialog.getByLabel('Time zone').fill('Mars/Olympus');
    await dialog.getByRole('button', { name: 'Create organization' }).click();
    await dialog
      .getByText(/IANA time zone|time zone/i)
      .nth(1)
      .waitFor();
    await dialog.getByLabel('Time zone').fill('Europe/Berlin');
    await dialog.getByRole('button', { name: 'Create organization' }).click();
    await page.getByText('Second Ltd.').first().waitFor();
    await page.getByText('No calls in this period').waitFor();
    await page.getByRole('button', { name: /ada@example.com/ }).click();
    await page.getByRole('menuitemradio', { name: 'My organization' }).click();
    await page.getByText('My organization').first().waitFor();
    await page.context().close();
  });

  it('the audit log is filtered by person, action and day, and keeps it in the address', async () => {
    const { page } = await openPage(browser, suite.address);
    await owner.logIn(page);
    await page.goto('/settings/audit-log');
    await page.getByRole('button', { name: /^Person:/ }).click();
    await page.getByRole('option', { name: 'Ada' }).click();
    await page.getByRole('button', { name: /^Action:/ }).click();
    await page.getByRole('option', { name: 'Invitation: created', exact: true }).click();
    const lines = page.getByRole('region', { name: 'Audit log' }).locator('tbody tr');
    await expect.poll(() => lines.count(), { timeout: 15_000 }).toBe(4);
    expect(new URL(page.url()).searchParams.get('action')).toBe('invitation.created');
    await page.getByLabel('To', { exact: true }).fill('2026-01-01');
    await page.getByText('No change fits these filters').waitFor();
    await page.goBack();
    await expect.poll(() => lines.count(), { timeout: 15_000 }).toBe(4);
    await page.reload();
    await expect.poll(() => lines.count(), { timeout: 15_000 }).toBe(4);
    await page.context().close();
  });
});
