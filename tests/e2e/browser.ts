import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The Chromium that `npm test` found or installed. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error('CHROMIUM_PATH is not set: run the tests by `npm test -- <path>`');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface WatchedPage {
  page: Page;
  /** Messages of the console, uncaught errors, and requests that went to anywhere but the page's own server. */
  complaints: string[];
}

/** A page in a fresh context that notes everything that a clean page does not do. */
export async function openPage(
  browser: Browser,
  address: string,
  options: { width?: number } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: options.width ?? 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The machine's network, not the page: an interface came or went, as containers make them.
    if (message.text().includes('ERR_NETWORK_CHANGED')) return;
    complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== address) complaints.push(`request to ${url.origin}`);
  });
  return { page, complaints };
}

/** Fails with what axe finds on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // The page's own policy forbids scripts from outside; the debugger's protocol may evaluate.
  await page.evaluate(AXE);
  await waitForStillness(page);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`)).toEqual([]);
}

/** While something fades in, nothing has its contrast: waits until all that moves and ends has ended. */
async function waitForStillness(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const nextFrame = () => new Promise(requestAnimationFrame);
    const moving = () =>
      document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
    // What was rendered a moment ago begins to move with its second frame.
    for (let still = 0; still < 2; still += 1) {
      await nextFrame();
      const movements = moving();
      if (movements.length === 0) continue;
      await Promise.all(movements.map(({ finished }) => finished.catch(() => {})));
      still = -1;
    }
  });
}
