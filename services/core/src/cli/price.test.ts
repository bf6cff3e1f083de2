import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priceCommand } from './price.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'price-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Keeps what is written; `highWaterMark` bytes make the writer wait. */
class Collector extends Writable {
  text = '';
  mostWaiting = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength);
    setImmediate(done);
  }
}

async function run(lines: Iterable<string>, ...args: string[]) {
  const stdout = new Collector({ highWaterMark: 1024 });
  const stderr = new Collector();
  const code = await priceCommand({ stdin: Readable.from(lines), stdout, stderr, args });
  const results = stdout.text.split('\n').filter((line) => line !== '');
  return { code, results, stdout, stderr: stderr.text };
}

const record = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    source: 'openai.chat',
    model: 'gpt-4o-mini',
    usage: { prompt_tokens: 1000, completion_tokens: 100 },
    ...more,
  });

describe('the price command', () => {
  it('prices each line by the shipped prices, and answers in order', async () => {
    const { code, results } = await run([`${record({ id: 'a' })}\n`, `${record({ id: 'b', model: 'nothing' })}\n`]);
    expect(code).toBe(0);
    const lines = results.map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      {
        id: 'a',
        status: 'priced',
        model: 'gpt-4o-mini',
        matchedBy: 'bare_key',
        priceVersion: expect.stringMatching(/^\d{4}-\d{2}/),
        tokens: { input: 1000, output: 100 },
        cost: { input: expect.any(String), output: expect.any(String) },
        total: expect.stringMatching(/^0\.\d+$/),
        approximate: [],
      },
      {
        id: 'b',
        status: 'unpriced',
        reason: 'unknown_model',
        model: null,
        matchedBy: null,
        tokens: { input: 1000, output: 100 },
      },
    ]);
  });

  it.each([
    ['nonsense', { status: 'rejected', code: 'not_json' }],
    ['[1]', { status: 'rejected', code: 'not_an_object' }],
    ['{}', { status: 'rejected', code: 'missing', field: 'source' }],
    [record({ source: 'openai' }), { status: 'rejected', code: 'unknown_source', field: 'source' }],
    [record({ model: undefined }), { status: 'rejected', code: 'missing', field: 'model' }],
    [record({ model: 5 }), { status: 'rejected', code: 'not_a_text', field: 'model' }],
    [record({ timestamp: 'yesterday' }), { status: 'rejected', code: 'bad_timestamp', field: 'timestamp' }],
    [record({ units: { seconds: '5' } }), { status: 'rejected', code: 'not_a_number', field: 'units.seconds' }],
    [record({ usage: { prompt_tokens: -1 } }), { status: 'unreadable', reason: 'not_a_count:prompt_tokens' }],
    [record({ source: 'normalized', usage: { tokens: { input: -1 } } }), { status: 'rejected', code: 'negative' }],
  ])('answers %s and goes on', async (line, answer) => {
    const { code, results } = await run([`${line}\n`, '\n', `${record()}\n`]);
    expect(code).toBe(0);
    expect(results).toHaveLength(2);
    expect(JSON.parse(results[0] ?? '')).toMatchObject(answer);
    expect(JSON.parse(results[1] ?? '')).toMatchObject({ status: 'priced' });
  });

  it('reads lines across pieces of input, with any end of line, and the last one without', async () => {
    const text = `${record()}\r\n${record()}\n${record()}`;
    const { results } = await run([text.slice(0, 50), text.slice(50, 51), text.slice(51)]);
    expect(results).toHaveLength(3);
  });

  it('takes what it needs from the record', async () => {
    const more = {
      source: 'openai-compatible.chat',
      provider: 'azure',
      requestedTier: 'batch',
      timestamp: 1_700_000_000_000,
    };
    const { results } = await run([record(more)]);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({
      model: 'azure/gpt-4o-mini',
      approximate: expect.arrayContaining(['requested_tier']),
    });
  });

  it('explains its amounts when asked', async () => {
    const { results } = await run([record()], '--explain');
    const { lines, cost } = JSON.parse(results[0] ?? '');
    expect(lines).toMatchObject([
      { costClass: 'input', quantity: 1000, amountUsd: cost.input, field: 'input_cost_per_token' },
      { costClass: 'output', quantity: 100, amountUsd: cost.output, field: 'output_cost_per_token' },
    ]);
  });

  it('ends quietly where the reader has seen enough', async () => {
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const lines = Readable.from(Array.from({ length: 5000 }, () => `${record()}\n`));
    expect(await priceCommand({ stdin: lines, stdout: closed, stderr: new Collector(), args: [] })).toBe(0);
  });

  it('waits for a reader that is slower', async () => {
    const { results, stdout } = await run(Array.from({ length: 5000 }, () => `${record()}\n`));
    expect(results).toHaveLength(5000);
    expect(stdout.mostWaiting).toBeLessThan(200_000);
  });
});

describe('--prices', () => {
  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  it("takes a price list in LiteLLM's form, and names the entries that it leaves out", async () => {
    const path = await file(
      'list.json',
      '{"m": {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}, "bad": {"input_cost_per_token": -1}}',
    );
    const { code, results, stderr } = await run([record({ model: 'm' })], '--prices', path);
    expect(code).toBe(0);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({ total: '0.001', priceVersion: path });
    expect(stderr).toContain('bad left out: input_cost_per_token negative');
  });

  it('refuses a file that is no price list, and one that is not there', async () => {
    const path = await file('page.html', '<html>');
    expect(await run([], '--prices', path)).toMatchObject({ code: 2, stderr: expect.stringContaining('not_json') });
    expect(await run([], '--prices', join(folder, 'none'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot read'),
    });
  });
});

it('explains itself', async () => {
  expect((await run([], '--help')).results.join('\n')).toContain('usage: price');
  expect((await run([], '--reasons')).results.join('\n')).toMatch(/zero_in_file\n.+\n.*no_price_at_time/);
  expect(await run([], '--cheap')).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: price') });
  expect(await run([], '--prices')).toMatchObject({ code: 2 });
});
