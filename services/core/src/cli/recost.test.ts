import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { START_MS, startTestRecosting, type TestRecosting } from '../domain/recosting/testing.ts';
import { testRedisUrl } from '../testing/redis.ts';
import { RECOST_USAGE, recostCommand } from './recost.ts';

describe('tokengrip recost', () => {
  let test: TestRecosting;

  beforeAll(async () => {
    test = await startTestRecosting();
    const timestamp = new Date(START_MS).toISOString();
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    const calls = ['alpha', 'alpha', 'beta'].map((model) => ({ source: 'openai.chat', model, timestamp, usage }));
    await test.write(await Promise.all(calls.map((call) => test.prepare(call))));
    await test.setPrice('openai/alpha', { input_cost_per_token: '0.000001', output_cost_per_token: '0.000002' });
  });
  afterAll(() => test.close());

  async function recost(...args: string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const env = { DATABASE_URL: test.database.url('worker'), REDIS_URL: testRedisUrl() };
    const exitCode = await recostCommand({ stdout, stderr, args, env });
    stdout.end();
    stderr.end();
    return { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
  }

  const period = ['--from', '2026-07-01', '--to', '2026-08-01'];

  it('shows a difference, makes it when it is told to, and undoes it', async () => {
    const before = await test.rows();
    const shown = await recost(...period);
    expect(shown.stdout).toBe(
      '2026-07  openai/alpha: 2 of 2 calls, 0 → 0.00024 USD\n' +
        'Re-costing 1 is previewed: 2 of 3 calls would change, 0 → 0.00024 USD; calls without a cost: 3 → 1.\n',
    );
    expect(await test.rows()).toEqual(before);
    const made = await recost(...period, '--only-unpriced', '--apply');
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toContain(
      'Re-costing 2 is applied: 2 records changed by 0.00024 USD; undo it by: tokengrip recost undo 2.\n',
    );
    expect(await recost('undo', '2')).toEqual({
      exitCode: 0,
      stdout: 'Re-costing 2 is undone: 2 records have their old cost again.\n',
      stderr: '',
    });
    expect(await test.rows()).toEqual(before);
  });

  it.each([[['--from', 'yesterday']], [['undo']], [['undo', 'all']], [['--project', '0']], [['again']], [['--aply']]])(
    'explains itself when it is called wrongly: %j',
    async (args) => {
      const { exitCode, stdout, stderr } = await recost(...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(RECOST_USAGE);
    },
  );

  it('says what it cannot do', async () => {
    await expect(recost('undo', '99')).rejects.toMatchObject({ code: 'not_found' });
    await expect(recost('--organization', '99')).rejects.toMatchObject({ code: 'not_found' });
  });
});
