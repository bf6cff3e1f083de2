import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { createOwner, type Owner } from './owner.ts';
import { type RunningSuite, startFreshSuite } from './suite.ts';

export interface Started {
  suite: RunningSuite;
  browser: Browser;
  owner: Owner;
  watched: WatchedPage;
  /** On which the owner has logged in. */
  page: Page;
  stop(): Promise<void>;
}

/** A fresh installation, and a browser in which its owner is logged in. What was started is stopped if the rest fails. */
export async function startForOwner(env: Record<string, string> = {}): Promise<Started> {
  const [suite, browser] = await Promise.all([startFreshSuite(env), launchBrowser()]);
  const stop = async () => {
    await browser.close();
    await suite.stop();
  };
  try {
    const owner = await createOwner(suite.address);
    const watched = await openPage(browser, suite.address);
    await owner.logIn(watched.page);
    return { suite, browser, owner, watched, page: watched.page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
