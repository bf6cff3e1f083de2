import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { makeUuid7, postUsage } from '../sender.ts';
import type { Suite } from '../suite.ts';

const SNAPSHOT = join(import.meta.dirname, '..', '..', '..', 'services', 'core', 'prices', 'snapshot.json');
const MODEL = 'gpt-4o';
const USAGE = { prompt_tokens: 1_200, completion_tokens: 80, prompt_tokens_details: { cached_tokens: 1_000 } };

/** The record that the checks after a restart look for. */
export const FIRST_RECORD = makeUuid7();

/** A key, and a record's way from HTTP to a price in the database. */
export async function checkUsage(suite: Suite, report: Report): Promise<string> {
  let key = '';
  const record = {
    id: FIRST_RECORD,
    timestamp: new Date().toISOString(),
    source: 'openai.chat',
    model: MODEL,
    usage: USAGE,
    feature: 'first',
  };

  await report.check('the command line in the worker makes a key', async () => {
    key = (await suite.exec('worker', 'tokengrip', 'create-key')).trim();
    assert.match(key, /^tgk_[0-9A-Za-z]{40}$/);
    return undefined;
  });

  await report.check('a record is acknowledged once, and known when it comes again', async () => {
    const target = { address: suite.address, key };
    const first = await postUsage(target, record);
    assert.equal(first.status, 200);
    assert.deepEqual(await first.json(), { accepted: 1, duplicates: 0, rejected: [] });
    const again = (await (await postUsage(target, record)).json()) as object;
    assert.deepEqual(again, { accepted: 0, duplicates: 1, rejected: [] });
    return undefined;
  });

  await report.check('it is priced to the last digit', async () => {
    const rates = await readRates();
    const cost =
      200n * pico(rates.input_cost_per_token) +
      1_000n * pico(rates.cache_read_input_token_cost) +
      80n * pico(rates.output_cost_per_token);
    const rows = await suite.query(
      `select cost_status, total_pico_usd from usage_calls where event_id = '${FIRST_RECORD}'`,
    );
    assert.deepEqual(rows, [`priced|${cost}`]);
    return `${Number(cost) / 1e12} USD`;
  });

  await report.check('without a key nothing is taken', async () => {
    assert.equal((await postUsage({ address: suite.address, key: `${key}x` }, record)).status, 401);
    return undefined;
  });

  await report.check('a body over the limit gets the ingest’s own answer', async () => {
    const body = 'a'.repeat(11 * 1024 * 1024);
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    const response = await fetch(`${suite.address}/v1/usage`, { method: 'POST', headers, body });
    assert.equal(response.status, 413);
    const problem = (await response.json()) as { code: string; requestId?: string };
    assert.equal(problem.code, 'payload_too_large');
    assert.ok(problem.requestId, 'nginx answered instead');
    return undefined;
  });

  await report.check('prices are worked out in a container without a database', async () => {
    const line = JSON.stringify({ source: 'openai.chat', model: MODEL, usage: USAGE });
    const output = await suite.exec('worker', 'sh', '-c', `echo '${line}' | tokengrip price`);
    assert.match(output, /0\.00\d+/);
    return undefined;
  });
  return key;
}

async function readRates(): Promise<Record<string, string>> {
  const { models } = JSON.parse(await readFile(SNAPSHOT, 'utf8')) as {
    models: Record<string, { rates: Record<string, string> }>;
  };
  const rates = models[MODEL]?.rates;
  assert.ok(rates, `the shipped prices know no ${MODEL}`);
  return rates;
}

/** A rate in USD, as its decimal text, in whole pico-USD. */
function pico(rate: string | undefined): bigint {
  assert.ok(rate !== undefined);
  return BigInt(Math.round(Number(rate) * 1e12));
}
