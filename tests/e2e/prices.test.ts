import { readFileSync } from 'node:fs';
import { SNAPSHOT_FILE } from '@tokengrip/core/domain/prices/load-snapshot';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type WatchedPage } from './browser.ts';
import { type Started, startForOwner } from './started.ts';

const CALLS = 3;

/** As good as none: a file that has lost most of its models is refused. */
const SMALL_FILE = JSON.stringify({
  'acme/next': { litellm_provider: 'acme', mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 3e-6 },
});

/** The shipped list, with one price a tenth of what it was and one new model. */
function makePriceFile(): string {
  const list = JSON.parse(readFileSync(SNAPSHOT_FILE, 'utf8')) as { models: Record<string, { rates: object }> };
  const changed = list.models['gpt-5.4-mini'];
  if (!changed) throw new Error('the shipped list has no gpt-5.4-mini');
  changed.rates = { ...changed.rates, input_cost_per_token: '0.000000075' };
  list.models['acme/next'] = { rates: { input_cost_per_token: '0.000001', output_cost_per_token: '0.000003' } };
  return JSON.stringify(list);
}

describe('models and prices', () => {
  let started: Started;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    started = await startForOwner();
    ({ watched, page } = started);
    const call = (provider: string, model: string, input: number, output: number) => ({
      source: 'normalized',
      provider,
      model,
      usage: { tokens: { input, output } },
      timestamp: new Date(Date.now() - 60_000).toISOString(),
    });
    const sent = await started.owner.send([
      call('openai', 'gpt-5.4-mini', 1_200, 340),
      ...Array.from({ length: CALLS }, () => call('acme', 'acme-chat-1', 1_000, 500)),
    ]);
    expect(sent).toMatchObject({ accepted: CALLS + 1 });
  });
  afterAll(() => started?.stop());

  const spendIs = async (usd: string) => {
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByTitle(usd, { exact: true }).first().waitFor();
  };
  const open = async (section: string) => {
    await page.getByRole('link', { name: 'Models and prices' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
  };

  it('lists the models in use with their rates, and opens the history of one', async () => {
    await open('Models');
    const row = page.getByRole('row', { name: /^gpt-5\.4-mini/ });
    await row.getByTitle(/^Input: \$0\.75 per 1M tokens/).waitFor();
    await row.getByTitle(/^Output: \$4\.50 per 1M tokens/).waitFor();
    await page
      .getByRole('row', { name: /^acme-chat-1/ })
      .getByText('no price')
      .waitFor();
    await row.getByRole('button', { name: 'gpt-5.4-mini' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Table' }).click();
    const table = page.getByRole('table', { name: 'Rates of gpt-5.4-mini over time' });
    await table.getByRole('cell', { name: '$0.75' }).waitFor();
    await expectAccessible(page);
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('finds a model in the whole list, and says so in the address', async () => {
    await page.getByRole('button', { name: 'Whole price list' }).click();
    await page.getByRole('searchbox', { name: 'Search models' }).fill('claude-haiku-4-5');
    await page.getByRole('button', { name: 'claude-haiku-4-5', exact: true }).waitFor();
    await expect.poll(() => page.url()).toMatch(/list=all.*q=claude-haiku-4-5/);
    await page.getByRole('searchbox', { name: 'Search models' }).fill('no such model');
    await page.getByText('No model matches “no such model”').waitFor();
    await expectAccessible(page);
  });

  it('queues a model without a price, and takes one for it', async () => {
    await spendIs('$0.00243');
    await open('Coverage');
    await page.getByText(/^25\.0.%$/).waitFor();
    await page.getByText('of 4 calls priced').waitFor();
    await page.getByText('The price list has no model of this name.').filter({ visible: true }).waitFor();
    await page.getByRole('button', { name: 'Set a price for acme-chat-1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Input per 1M tokens').fill('2 dollars');
    await dialog.getByRole('button', { name: 'Set price' }).click();
    await dialog.getByText('Enter a plain number').waitFor();
    await dialog.getByLabel('Input per 1M tokens').fill('2');
    await dialog.getByLabel('Output per 1M tokens').fill('8000000');
    await dialog.getByRole('button', { name: 'Set price' }).click();
    await dialog.getByText(/must be at most 1 USD per token/).waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Output per 1M tokens').fill('8');
    await dialog.getByRole('button', { name: 'Set price' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('There is a price by now').filter({ visible: true }).waitFor();
  });

  it('shows what a re-costing changes, applies it to the last digit, and undoes it', async () => {
    await page.getByRole('button', { name: 'Re-cost acme-chat-1' }).click();
    await page.getByText('Ready to apply').waitFor();
    // 3 × (1,000 × 0.000002 + 500 × 0.000008) = 3 × 0.006 = 0.018
    const line = page.getByRole('row', { name: /^acme-chat-1/ });
    await line.getByTitle('$0.018', { exact: true }).waitFor();
    await line.getByTitle('+$0.018', { exact: true }).waitFor();
    await expectAccessible(page);
    // What it found is there for whoever comes back.
    await page.reload();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('dialog').getByText('The spend changes by +$0.018').waitFor();
    await page.getByRole('button', { name: 'Apply re-costing' }).click();
    await page.getByText('Applied', { exact: true }).waitFor();
    const recosted = page.url();
    await open('Coverage');
    await page
      .getByText(/^100.%$/)
      .first()
      .waitFor();
    await page.getByText('Every call has a cost').waitFor();
    // 0.00243 + 0.018
    await spendIs('$0.02043');
    await page.goto(recosted);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'Undo re-costing' }).click();
    await page.getByText('Undone', { exact: true }).waitFor();
    await spendIs('$0.00243');
  });

  it('edits, ends and deletes a price after asking', async () => {
    await open('Overrides');
    await page.getByRole('button', { name: 'Edit the price of acme-chat-1' }).click();
    await page.getByRole('dialog').getByLabel('Input per 1M tokens').fill('2.5');
    await page.getByRole('button', { name: 'Save price' }).click();
    await page.getByTitle(/^Input: \$2\.50 per 1M tokens/).waitFor();
    await page.getByRole('button', { name: 'End the price of acme-chat-1' }).click();
    await page.getByRole('dialog').getByText('End your price of acme-chat-1 now?').waitFor();
    await page.getByRole('button', { name: 'End price' }).click();
    await page.getByText('ended', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete the price of acme-chat-1' }).click();
    await page.getByRole('button', { name: 'Delete price' }).click();
    await page.getByText('No prices of your own').waitFor();
  });

  it('says what a name stands for, and refuses one that stands for nothing', async () => {
    await page.getByRole('button', { name: 'Add a name' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('prod-chat');
    await dialog.getByLabel('Stands for').fill('nothing-like-this');
    await dialog.getByRole('button', { name: 'Add name' }).click();
    await dialog.getByText(/Must be a model of the price list/).waitFor();
    await dialog.getByLabel('Stands for').fill('gpt-5.4-min');
    await page.getByRole('option', { name: /^gpt-5\.4-mini\b(?!-)/ }).click();
    await dialog.getByRole('button', { name: 'Add name' }).click();
    await page.getByRole('row', { name: /prod-chat.*gpt-5\.4-mini/ }).waitFor();
  });

  it('explains a sync that is off, and takes a file after showing what it changes', async () => {
    await open('Updates');
    await page.getByText('The sync is switched off').waitFor();
    await page.getByText('The prices that came with Tokengrip are in effect.').waitFor();
    await page.getByRole('button', { name: 'Import a file' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Look at the changes' }).click();
    await dialog.getByText('Choose a file.').waitFor();
    const choose = (text: string) =>
      dialog
        .getByLabel('File')
        .setInputFiles({ name: 'prices.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await choose(SMALL_FILE);
    await dialog.getByRole('button', { name: 'Look at the changes' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/half of/)
      .waitFor();
    expect(await dialog.getByRole('button', { name: 'Apply to the price list' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Another file' }).click();
    await choose(makePriceFile());
    await dialog.getByRole('button', { name: 'Look at the changes' }).click();
    await dialog.getByText('10× less').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Apply to the price list' }).click();
    await page.getByRole('dialog', { name: 'Import' }).getByText('acme/next').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Acknowledge gpt-5.4-mini' }).click();
    await page.getByText('Nothing to look at.').waitFor();
  });

  it('has logged nothing but what was refused on purpose, and asked nobody else', () => {
    // Chromium writes the answers to the bad rate and the bad name to the console.
    expect(watched.complaints.filter((complaint) => !/status of 400/.test(complaint))).toEqual([]);
  });
});
