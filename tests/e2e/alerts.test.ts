import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectAccessible, type WatchedPage } from './browser.ts';
import type { Owner } from './owner.ts';
import { type Started, startForOwner } from './started.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

const FAILED = 'Failed of them, at least, in %';
const PATIENCE = { timeout: 20_000, interval: 100 };
/** A worker takes up what was committed within seconds, and the pages ask for it every five. */
const TOLD_TIMEOUT_MS = 90_000;

describe('alerts, from a budget to a program that is told', () => {
  let started: Started;
  let receiver: WebhookReceiver;
  let owner: Owner;
  let watched: WatchedPage;
  let page: Page;
  let secret: string;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    started = await startForOwner({ WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' });
    ({ owner, watched, page } = started);
  });
  afterAll(async () => {
    await started?.stop();
    await receiver?.close();
  });

  /** By the signature that the channel's page describes. */
  const isSigned = ({ signature, body }: { signature: string; body: string }) => {
    const [, time = ''] = /^t=(\d+),/.exec(signature) ?? [];
    const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
    return signature.includes(`v1=${expected}`);
  };
  const spend = async (features: Readonly<Record<string, number>>) => {
    const records = Object.entries(features).flatMap(([feature, calls]) =>
      Array.from({ length: calls }, () => ({
        source: 'normalized',
        provider: 'openai',
        model: 'gpt-5.4-mini',
        feature,
        usage: { tokens: { input: 1_000, output: 100 } },
        timestamp: new Date().toISOString(),
      })),
    );
    expect(await owner.send(records)).toMatchObject({ accepted: records.length });
  };

  it('a channel is made, with the server’s word at the field that is wrong, and its secret is shown once', async () => {
    await page.getByRole('link', { name: 'Channels' }).click();
    await page.getByText('No channels yet').waitFor();
    await page.getByRole('button', { name: 'New channel' }).click();
    await page.getByRole('button', { name: 'Webhook', exact: true }).click();
    await page.getByLabel('Name').fill('On call');
    await page.getByLabel('URL').fill('http://ada:secret@127.0.0.1/');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create channel' }).click();
    await page.getByText('Must not carry a user or a password.').waitFor();
    expect(watched.complaints.splice(0)).toEqual([expect.stringMatching(/status of 400/)]);
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByRole('button', { name: 'Create channel' }).click();
    secret = (await page.getByTestId('webhook-secret').textContent()) ?? '';
    expect(secret.length).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('not tried yet').waitFor();
    await page.getByText(/^Told of: Budget reached/).waitFor();
    await page.getByRole('heading', { name: 'How a webhook is verified' }).waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    await expectAccessible(page);
  });

  it('a test says what came of it, delivered or refused', async () => {
    await page.getByRole('button', { name: 'Send a test to On call' }).click();
    await page.getByText(/^The test was delivered in \d+ ms \(HTTP 204\)\.$/).waitFor();
    expect(receiver.received).toMatchObject([{ event: 'test' }]);
    expect(receiver.received.every(isSigned)).toBe(true);
    receiver.answerWith(410);
    await page.getByRole('button', { name: 'Send a test to On call' }).click();
    await page.getByText(/^The test was not delivered\. .+\(HTTP 410\)$/).waitFor();
    await page.getByText('failing').waitFor();
    receiver.answerWith(204);
    await page.getByRole('button', { name: 'Send a test to On call' }).click();
    await page.getByText('works', { exact: true }).waitFor();
  });

  it(
    'a budget that names the channel tells of its threshold, in the inbox and at the receiver',
    async () => {
      await page.getByRole('link', { name: 'Alerts' }).click();
      await page.getByText('Nothing is open').waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Budgets' }).click();
      await page.getByRole('button', { name: 'New budget' }).click();
      await page.getByLabel('Name').fill('Summaries');
      await page.getByLabel('Amount').fill('10');
      await page.getByLabel('Of', { exact: true }).selectOption('calls');
      await page.getByLabel('Tell at percent').fill('80');
      await page.getByRole('button', { name: /^Channels:/ }).click();
      await page.getByRole('option', { name: 'On call' }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Create budget' }).click();
      await page.getByText('on track').waitFor();
      receiver.received.length = 0;
      await spend({ summarize: 6, chat: 2 });
      await page.getByRole('link', { name: /^Alerts/ }).click();
      await page.getByRole('link', { name: /Budget “Summaries” has reached 80 %/ }).waitFor();
      await page
        .getByText(/summarize/)
        .first()
        .waitFor();
      await vi.waitFor(() => expect(receiver.received).toHaveLength(1), PATIENCE);
      expect(receiver.received).toMatchObject([
        { event: 'alert.raised', title: 'Budget “Summaries” has reached 80 %' },
      ]);
      expect(receiver.received.every(isSigned)).toBe(true);
      await page.getByRole('link', { name: /^Alerts 1 open$/ }).waitFor();
      await expectAccessible(page);
    },
    TOLD_TIMEOUT_MS,
  );

  it('the alert says what drives it and who was told, and is acknowledged from the keyboard', async () => {
    await page.getByRole('link', { name: /Budget “Summaries” has reached 80 %/ }).click();
    await page.getByRole('heading', { name: 'What drives it' }).waitFor();
    await page.getByText('Delivered', { exact: true }).waitFor();
    await page.getByText('1 attempt').click();
    await page.getByText(/delivered \(HTTP 204\)/).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Open the budget' }).click();
    await page.getByRole('heading', { name: 'Summaries' }).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByRole('link', { name: /Budget “Summaries” has reached 80 %/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.getByText('acknowledged', { exact: true }).waitFor();
    await page.getByText('Ada looks after it').waitFor();
    await page.getByRole('link', { name: /^Alerts$/ }).waitFor();
  });

  it('is resolved, and found in the history by its kind with the address alone', async () => {
    await page.getByRole('button', { name: /^Resolve:/ }).click();
    await page.getByText('Nothing is open').waitFor();
    await page.goto('/alerts?state=resolved&kind=budget_threshold');
    await page.getByText('resolved by Ada').waitFor();
    await page.getByLabel('Kind').selectOption('digest');
    await page.getByText('No alert fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('resolved by Ada').waitFor();
  });

  it('says what is told to whom, and takes the server’s word at the field', async () => {
    await page.getByRole('link', { name: 'What is told' }).click();
    await page.getByLabel(FAILED).fill('400');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Must be at most 100.').waitFor();
    expect(watched.complaints.splice(0)).toEqual([expect.stringMatching(/status of 400/)]);
    await page.getByLabel(FAILED).fill('25');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Errors: saved.').waitFor();
    await page.getByRole('switch', { name: 'Weekly digest' }).click();
    await page.getByRole('button', { name: 'Channels for Weekly digest: Inbox alone' }).click();
    await page.getByRole('option', { name: 'On call' }).click();
    await page.keyboard.press('Escape');
    await expectAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'Channels for Weekly digest: On call' }).waitFor();
    expect(await page.getByLabel(FAILED).inputValue()).toBe('25');
  });

  it('deleting the channel names what it is used by', async () => {
    await page.getByRole('link', { name: 'Channels', exact: true }).click();
    await page.getByRole('button', { name: 'Delete On call' }).click();
    await page.getByText(/by the budget “Summaries”/).waitFor();
    await page.getByRole('button', { name: 'Delete channel' }).click();
    await page.getByText('No channels yet').waitFor();
    expect(watched.complaints).toEqual([]);
  });
});
