import { inScope } from '@tokengrip/core/db/scope';
import { keepAnalyses } from '@tokengrip/core/domain/analysis/keep-analyses';
import { cancelAnalysis } from '@tokengrip/core/domain/analysis/list-analyses';
import { runAnalysis } from '@tokengrip/core/domain/analysis/run-analysis';
import { serviceOf } from '@tokengrip/core/domain/analysis/service';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AnalysisSuite, answering, finding, startAnalysisSuite } from './suite.ts';

let suite: AnalysisSuite;
beforeAll(async () => {
  suite = await startAnalysisSuite();
});
afterAll(() => suite.close());
beforeEach(async () => {
  suite.anthropic.reset();
  await sql`delete from analyses; update analysis_settings set used = 0`.execute(suite.database.owner);
});
afterEach(async () => {
  suite.clock.set('2026-08-01T12:00:00Z');
  await suite.announce({});
  await suite.allow();
});

const GOOD = { ...answering({ summary: 'x', findings: [] }), usage: { input_tokens: 1_000, output_tokens: 10 } };
const failureOf = async (id: number) => (await suite.find(id)).failure?.code ?? null;
const none = new AbortController().signal;
const keep = () => keepAnalyses(suite.context(), { signal: none });
const draft = () => suite.preview();

describe('whether an analysis can be made', () => {
  const obstacle = async () => (await suite.status()).obstacle?.code ?? null;

  it('is said with a code and what to do', async () => {
    expect(await suite.status()).toMatchObject({
      ready: true,
      obstacle: null,
      enabled: true,
      project: { id: 12 },
      host: 'claude.test',
    });
    await suite.announce({ state: 'no_key' });
    expect(await suite.status()).toMatchObject({
      ready: false,
      obstacle: { code: 'no_key', text: expect.stringContaining('ANTHROPIC_API_KEY') },
    });
    await suite.announce({ state: 'air_gapped' });
    expect(await obstacle()).toBe('air_gapped');
    await suite.announce({});
    await suite.allow(false);
    expect(await obstacle()).toBe('not_enabled');
    await expect(draft()).rejects.toMatchObject({ code: 'conflict' });
    await suite.allow();
    await suite.begin();
    expect(await obstacle()).toBe('running');
    await sql`delete from analysis_service`.execute(suite.database.owner);
    expect(await obstacle()).toBe('no_worker');
  });

  it('without an outside: AIR_GAPPED overrules a key', () => {
    const config = {
      ANTHROPIC_API_KEY: 'sk-ant-only-for-tests',
      ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
      ANALYSIS_MODEL: 'm',
      ANALYSIS_DAILY_LIMIT: 1,
    };
    expect(serviceOf({ ...config, AIR_GAPPED: true }).state).toBe('air_gapped');
    expect(serviceOf({ ...config, AIR_GAPPED: false })).toEqual({
      state: 'ready',
      model: 'm',
      host: 'api.anthropic.com',
      dailyLimit: 1,
    });
  });

  it('and who allowed it is in the audit log', async () => {
    await suite.allow(false);
    const { rows } = await sql<{ user_id: number; before: object; after: object }>`
      select user_id, before, after from audit_log where action = 'analysis.settings_changed' order by id desc limit 1`.execute(
      suite.database.owner,
    );
    expect(rows).toEqual([{ user_id: 1, before: { enabled: true }, after: { enabled: false } }]);
  });
});

describe('the daily limit', () => {
  it('holds however many ask at once, and begins anew with the organization’s day', async () => {
    await suite.announce({ dailyLimit: 2 });
    const begun = async () => {
      const { id, documentHash } = await draft();
      // One of them is begun, whoever asks: the others find that one under way.
      const asked = await Promise.allSettled([
        suite.start(id, documentHash),
        suite.start(id, documentHash),
        suite.start(id, documentHash),
      ]);
      await sql`update analyses set state = 'cancelled', finished_at = now() where state = 'queued'`.execute(
        suite.database.owner,
      );
      return asked.filter(({ status }) => status === 'fulfilled').length;
    };
    expect([await begun(), await begun(), await begun()]).toEqual([1, 1, 0]);
    expect(await suite.status()).toMatchObject({ obstacle: { code: 'daily_limit' }, usedToday: 2, dailyLimit: 2 });
    // Midnight in Berlin.
    suite.clock.set('2026-08-01T22:00:01Z');
    expect(await suite.status()).toMatchObject({ ready: true, usedToday: 0 });
  });
});

describe('what is not what was shown', () => {
  it('is not begun', async () => {
    const { id, documentHash } = await draft();
    await expect(suite.start(id, '0'.repeat(64))).rejects.toMatchObject({ code: 'conflict' });
    suite.clock.set('2026-08-01T13:00:01Z');
    await expect(suite.start(id, documentHash)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    [
      'another text',
      'document_changed',
      () => sql`update analyses set document = document || ' '`.execute(suite.database.owner),
    ],
    ['another model', 'document_changed', () => sql`update analyses set model = 'other'`.execute(suite.database.owner)],
    [
      'other instructions',
      'document_changed',
      () => sql`update analyses set instructions_hash = 'x'`.execute(suite.database.owner),
    ],
    ['not allowed any more', 'not_enabled', () => suite.allow(false)],
  ])('is not sent: %s', async (_what, code, change) => {
    const id = await suite.begin();
    await change();
    await suite.run(id);
    expect(await failureOf(id)).toBe(code);
    expect(suite.anthropic.requests).toEqual([]);
    expect(await suite.find(id)).toMatchObject({ requests: 0, cost: '0' });
  });

  it('is not sent: captured text of a project that does not allow it any more', async () => {
    const id = await suite.begin({ includeSamples: true });
    await sql`update projects set capture_content = false where id = 11`.execute(suite.database.owner);
    await suite.run(id);
    await sql`update projects set capture_content = true where id = 11`.execute(suite.database.owner);
    expect(await failureOf(id)).toBe('capture_off');
    expect(suite.anthropic.requests).toEqual([]);
  });

  it('is not sent by a worker that may not', async () => {
    const id = await suite.begin();
    const { claude: _, ...without } = suite.context();
    await runAnalysis(
      { ...without, analysis: { ...suite.service, state: 'air_gapped' } },
      { organizationId: 1, analysisId: id },
      { signal: none },
    );
    expect(await failureOf(id)).toBe('air_gapped');
  });
});

describe('an analysis that is cancelled', () => {
  const cancel = (id: number) => inScope(suite.api, suite.member, (tx) => cancelAnalysis(tx, 1, id, suite.clock.now()));

  it('before it runs is never sent', async () => {
    const id = await suite.begin();
    await cancel(id);
    await suite.run(id);
    expect(suite.anthropic.requests).toEqual([]);
    expect((await suite.find(id)).state).toBe('cancelled');
  });

  it('while Claude answers breaks the request off, and what it used is recorded', async () => {
    const before = (await suite.ownCalls()).length;
    const id = await suite.begin();
    suite.anthropic.reply({ ...GOOD, hangAfter: 4 });
    const running = suite.run(id);
    await vi.waitFor(() => expect(suite.anthropic.requests).toHaveLength(1));
    expect(await suite.find(id)).toMatchObject({ state: 'running', stage: 'asking' });
    expect((await cancel(id)).state).toBe('cancelled');
    await running;
    expect(await suite.anthropic.requests[0]?.closed).toBe(true);
    const calls = (await suite.ownCalls()).slice(before);
    expect(calls).toMatchObject([{ status: 'error', project_id: 12 }]);
    expect(await suite.find(id)).toMatchObject({
      state: 'cancelled',
      failure: null,
      inputTokens: 1_000,
      costIncomplete: true,
    });
    await expect(cancel(id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a worker that goes', () => {
  it('while Claude answers reports it, and neither it nor the next sends again', async () => {
    const before = (await suite.ownCalls()).length;
    const id = await suite.begin();
    suite.anthropic.reply({ ...GOOD, ...answering({ summary: 'x'.repeat(2_000), findings: [] }), hangAfter: 20 });
    const stopping = new AbortController();
    const running = suite.run(id, {}, stopping);
    // Some of the answer is there.
    await vi.waitFor(async () => expect((await suite.find(id)).progress).toBeGreaterThan(0.06), 10_000);
    stopping.abort();
    await running;
    expect(await failureOf(id)).toBe('interrupted');
    await suite.run(id);
    await keep();
    expect(suite.anthropic.requests).toHaveLength(1);
    expect((await suite.ownCalls()).length - before).toBe(1);
    expect((await suite.status()).ready).toBe(true);
  });

  it('without a word (killed) is noticed, and what it had sent is reported, not sent again', async () => {
    const id = await suite.begin();
    await sql`
      update analyses set state = 'running', run_id = gen_random_uuid(), touched_at = '2026-08-01T11:59:00Z',
        request_sent_at = '2026-08-01T11:59:00Z', requests = 1`.execute(suite.database.owner);
    // It may be alive still.
    await suite.run(id);
    await keep();
    expect((await suite.find(id)).state).toBe('running');
    suite.clock.set('2026-08-01T12:01:00Z');
    await keep();
    expect(await suite.find(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'interrupted' },
      costIncomplete: true,
    });
    expect(suite.anthropic.requests).toEqual([]);
  });

  it('before it had sent anything is followed by one that does', async () => {
    const id = await suite.begin();
    await sql`
      update analyses set state = 'running', run_id = gen_random_uuid(), touched_at = '2026-08-01T11:00:00Z'`.execute(
      suite.database.owner,
    );
    suite.anthropic.reply(GOOD);
    await keep();
    expect(await suite.find(id)).toMatchObject({ state: 'done', requests: 1 });
  });

  it('after the answer is followed by one that goes on with it, without asking or recording again', async () => {
    const id = await suite.begin();
    const before = (await suite.ownCalls()).length;
    suite.anthropic.reply({
      ...GOOD,
      ...answering({ summary: 'x', findings: [finding({ type: 'change_tier', scope: {}, tier: 'flex' })] }),
    });
    // What it finds cannot be written, as when it is killed there.
    const claude = suite.context().claude;
    const context = {
      ...suite.context(),
      claude: {
        async ask(...given: Parameters<NonNullable<typeof claude>['ask']>) {
          const reply = await (claude as NonNullable<typeof claude>).ask(...given);
          await sql`revoke insert on recommendations from tokengrip_worker`.execute(suite.database.owner);
          return reply;
        },
      },
    };
    const input = { organizationId: 1, analysisId: id };
    await expect(runAnalysis(context, input, { signal: none })).rejects.toMatchObject({ code: '42501' });
    await sql`grant insert on recommendations to tokengrip_worker`.execute(suite.database.owner);
    expect((await suite.find(id)).state).toBe('running');
    await suite.run(id);
    const analysis = await suite.find(id);
    expect(analysis).toMatchObject({ state: 'done', requests: 1 });
    expect(analysis.findings[0]?.recommendationId).toEqual(expect.any(Number));
    expect(suite.anthropic.requests).toHaveLength(1);
    expect((await suite.ownCalls()).length - before).toBe(1);
  });

  it('several at once send it once', async () => {
    const id = await suite.begin();
    suite.anthropic.reply(GOOD, GOOD, GOOD);
    await Promise.all([suite.run(id), suite.run(id), suite.run(id)]);
    expect(suite.anthropic.requests).toHaveLength(1);
    expect((await suite.find(id)).state).toBe('done');
  });
});

describe('what is old', () => {
  it('is deleted: previews after an hour, analyses after half a year', async () => {
    await draft();
    const id = await suite.begin();
    suite.anthropic.reply(GOOD);
    await suite.run(id);
    await draft();
    suite.clock.set('2026-08-01T13:00:01Z');
    await keep();
    const count = async () =>
      (await sql<{ state: string }>`select state from analyses`.execute(suite.database.owner)).rows;
    expect(await count()).toEqual([{ state: 'done' }]);
    suite.clock.set('2027-01-29T12:00:00Z');
    await keep();
    expect(await count()).toEqual([]);
  });
});
