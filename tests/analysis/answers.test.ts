import type { WorkerContext } from '@tokengrip/worker/context';
import { runJob } from '@tokengrip/worker/jobs/handlers';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAnthropicServer } from '../providers/anthropic.ts';
import { type AnalysisSuite, answering, finding, MODEL, REAL_NAMES, startAnalysisSuite } from './suite.ts';

let suite: AnalysisSuite;
beforeAll(async () => {
  suite = await startAnalysisSuite();
});
afterAll(() => suite.close());
beforeEach(async () => {
  suite.anthropic.reset();
  await sql`delete from analyses`.execute(suite.database.owner);
});

const GOOD = {
  summary: 'feature_01 is most of it. See https://evil.example/a and [this](http://x.y).',
  findings: [
    finding({
      type: 'switch_model',
      scope: { feature: 'feature_01', model: 'gpt-5' },
      to: { provider: 'openai', model: 'gpt-5-mini' },
    }),
    finding({ type: 'change_tier', scope: { customer: 'customer_01' }, tier: 'flex' }),
    finding({ type: 'advice', scope: {} }),
    finding({ type: 'use_batch', scope: { feature: 'feature_99' } }),
    finding({ type: 'switch_model', scope: {}, to: { provider: 'openai', model: 'no-such-model-at-all' } }),
  ],
};
const USAGE = { input_tokens: 9_000, output_tokens: 800 };

const outcome = async (id: number) => {
  const { state, failure, requests } = await suite.find(id);
  return { state, code: failure?.code ?? null, requests };
};

describe('an analysis', () => {
  it('sends exactly the document that was shown, and nothing of it is kept', async () => {
    const preview = await suite.preview();
    await suite.start(preview.id, preview.documentHash);
    suite.anthropic.reply({ ...answering(GOOD), usage: USAGE });
    await suite.run(preview.id);
    const [request] = suite.anthropic.requests;
    expect(request?.body).toMatchObject({
      model: MODEL,
      stream: true,
      system: preview.instructions,
      messages: [{ role: 'user', content: preview.document }],
      tools: [{ name: 'report_findings', input_schema: JSON.parse(preview.answerForm) }],
    });
    expect(suite.anthropic.requests).toHaveLength(1);
    const { rows } = await sql<{ document: null; answer: null; names: object }>`
      select document, answer, names from analyses`.execute(suite.database.owner);
    expect(rows).toEqual([{ document: null, answer: null, names: expect.any(Object) }]);
    expect(Object.keys(rows[0]?.names ?? {}).sort()).toEqual(['customer_01', 'feature_01', 'user_01']);
  });

  it('gives findings with real names, priced by our engine, without those about nothing', async () => {
    const id = await suite.begin();
    suite.anthropic.reply({ ...answering(GOOD), usage: USAGE });
    await suite.run(id);
    const analysis = await suite.find(id);
    expect(analysis).toMatchObject({
      state: 'done',
      progress: 1,
      requests: 1,
      discarded: 2,
      inputTokens: 9_000,
      outputTokens: 800,
    });
    expect(analysis.summary).toBe(`${REAL_NAMES.feature} is most of it. See (address removed) and this.`);
    const [model, tier, advice] = analysis.findings;
    expect(model?.explanation).toBe(`${REAL_NAMES.user} of ${REAL_NAMES.customer} calls ${REAL_NAMES.feature} most.`);
    expect(model?.filter).toEqual({ feature: [REAL_NAMES.feature], model: ['gpt-5'] });
    expect(Number(model?.monthlySaving)).toBeGreaterThan(0);
    expect(Number(tier?.monthlySaving)).toBeGreaterThan(0);
    expect(advice).toMatchObject({ monthlySaving: null, noSaving: 'advice' });
  });

  it('is a job of the queue, whose payload is checked', async () => {
    const analysisId = await suite.begin();
    suite.anthropic.reply({ ...answering(GOOD), usage: USAGE });
    const run = (data: object) =>
      runJob(
        { name: 'run-analysis', data, attemptsMade: 0 } as Parameters<typeof runJob>[0],
        suite.context() as WorkerContext,
        new AbortController().signal,
      );
    await expect(run({ analysisId })).rejects.toThrow('another form');
    await run({ organizationId: 2, analysisId });
    expect((await suite.find(analysisId)).state).toBe('queued');
    await run({ organizationId: 1, analysisId });
    expect((await suite.find(analysisId)).state).toBe('done');
  });

  it('makes recommendations of what saves something, brought up to date by the next analysis', async () => {
    const made = async () => {
      const id = await suite.begin();
      suite.anthropic.reply({ ...answering(GOOD), usage: USAGE });
      await suite.run(id);
      return (await suite.find(id)).findings.map(({ recommendationId }) => recommendationId);
    };
    const first = await made();
    expect(first).toEqual([expect.any(Number), expect.any(Number), null]);
    expect(await made()).toEqual(first);
    const { rows } = await sql<{ source: string; rule: string; title: string; saving: bigint; filters: object }>`
      select source, rule, title, saving_pico_usd_per_month as saving, filters from recommendations
      where id = ${first[0]}`.execute(suite.database.owner);
    expect(rows).toMatchObject([
      { source: 'analysis', rule: 'switch_model', title: `Use a smaller model for ${REAL_NAMES.feature}` },
    ]);
    expect(rows[0]?.filters).toEqual({ projectId: ['11'], feature: [REAL_NAMES.feature], model: ['gpt-5'] });
    expect(rows[0]?.saving).toBeGreaterThan(0n);
  });

  it('records what it used as a call of the organization, in the project that was chosen', async () => {
    const before = await suite.ownCalls();
    const id = await suite.begin();
    suite.anthropic.reply({ ...answering(GOOD), usage: USAGE });
    await suite.run(id);
    const calls = (await suite.ownCalls()).slice(before.length);
    // 9,000 × $2 and 800 × $10, by the million.
    expect(calls).toMatchObject([{ model: MODEL, status: 'ok', project_id: 12, total: 26_000_000_000n }]);
    expect(await suite.find(id)).toMatchObject({ cost: '0.026', costIncomplete: false });
  });

  it.each([
    ['no JSON', '{"summary": "x", '],
    ['of another form', { summary: 'x', findings: [{ title: 1 }] }],
    ['with an action that is none', { summary: 'x', findings: [finding({ type: 'delete_everything', scope: {} })] }],
  ])('lets an answer be repaired that is %s, once', async (_what, broken) => {
    const id = await suite.begin();
    suite.anthropic.reply({ ...answering(broken), usage: USAGE }, { ...answering(GOOD), usage: USAGE });
    await suite.run(id);
    expect(await suite.find(id)).toMatchObject({ state: 'done', requests: 2, inputTokens: 18_000, cost: '0.052' });
    const messages = suite.anthropic.requests[1]?.body?.messages as { role: string; content: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[2]?.content).toMatch(/JSON|schema/);
  });

  it('repairs an answer without a call of the tool, and reports one that stays broken', async () => {
    const id = await suite.begin();
    suite.anthropic.reply({ pieces: ['I would rather talk.'] }, { pieces: ['Still.'] });
    await suite.run(id);
    expect(await outcome(id)).toEqual({ state: 'failed', code: 'invalid_answer', requests: 2 });
  });

  it.each([
    ['empty', { pieces: [] }, 'invalid_answer', 2],
    ['a refusal', { pieces: ['No.'], finishReason: 'refusal' }, 'refused', 1],
    ['cut off by the limit', { ...answering('{"summary": "x'), finishReason: 'max_tokens' }, 'cut_off', 1],
    ['torn in the middle', { ...answering(GOOD), cutAfter: 6 }, 'connection', 1],
    ['ended too early', { ...answering(GOOD), endAfter: 6 }, 'connection', 1],
    ['overloaded in the middle', { ...answering(GOOD), errorAfter: 6 }, 'overloaded', 1],
    ['401', { status: 401, errorType: 'authentication_error' }, 'unauthorized', 1],
    ['404', { status: 404, errorType: 'not_found_error' }, 'model_unknown', 1],
    ['413', { status: 413, errorType: 'request_too_large' }, 'too_large', 1],
    ['500', { status: 500 }, 'provider_error', 1],
  ])('says what is wrong with an answer that is %s', async (_what, reply, code, requests) => {
    const id = await suite.begin();
    suite.anthropic.reply(reply, reply);
    await suite.run(id);
    expect(await outcome(id)).toEqual({ state: 'failed', code, requests });
    // Nothing was repeated that may have been billed.
    expect(suite.anthropic.requests).toHaveLength(requests);
    expect((await suite.find(id)).failure?.text).toMatch(/\.$/);
    expect((await suite.status()).ready).toBe(true);
  });

  it.each([
    [429, 'rate_limited'],
    [529, 'overloaded'],
  ])('asks again after a %i, as long as the provider says, and gives up after three times', async (status, code) => {
    const busy = { status, headers: { 'retry-after': '0' } };
    const first = await suite.begin();
    suite.anthropic.reply(busy, busy, { ...answering(GOOD), usage: USAGE });
    await suite.run(first);
    expect(await outcome(first)).toEqual({ state: 'done', code: null, requests: 1 });
    const second = await suite.begin();
    suite.anthropic.reply(busy, busy, busy, busy);
    await suite.run(second);
    expect(await outcome(second)).toEqual({ state: 'failed', code, requests: 1 });
    expect(await suite.find(second)).toMatchObject({ costIncomplete: false, cost: '0' });
  });

  it('does not wait for who says to come back in an hour', async () => {
    const id = await suite.begin();
    suite.anthropic.reply({ status: 429, headers: { 'retry-after': '3600' } });
    await suite.run(id);
    expect(await outcome(id)).toMatchObject({ code: 'rate_limited' });
  });

  it('ends when Claude falls silent, and says that it may have been billed', async () => {
    const id = await suite.begin();
    suite.anthropic.reply({ ...answering(GOOD), usage: USAGE, hangAfter: 5 });
    await suite.run(id, { silenceMs: 300 });
    expect(await outcome(id)).toMatchObject({ code: 'timeout' });
    // The input side came, and is recorded; the rest is not known.
    expect(await suite.find(id)).toMatchObject({ inputTokens: 9_000, costIncomplete: true });
    const never = await suite.begin();
    suite.anthropic.reply({ hangAfter: 0 });
    await suite.run(never, { silenceMs: 300 });
    expect(await outcome(never)).toMatchObject({ code: 'timeout' });
  });

  it('ends when nobody is there', async () => {
    const id = await suite.begin();
    const gone = await startAnthropicServer();
    await gone.close();
    await suite.run(id, { ANTHROPIC_BASE_URL: gone.baseUrl });
    expect(await suite.find(id)).toMatchObject({ failure: { code: 'connection' }, costIncomplete: false });
  });
});
