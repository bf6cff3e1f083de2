import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ANTHROPIC_KEY, HOOKS } from '../air-gapped/installation.ts';
import { type Delivery, makeChannel, type Person, setUp } from '../person.ts';
import type { Report } from '../report.ts';
import { makeUuid7, postUsage } from '../sender.ts';
import { lines, RUNNING, type Suite } from '../suite.ts';
import { until } from '../until.ts';
import { checkTraffic } from './traffic.ts';

const SNAPSHOT = join(import.meta.dirname, '..', '..', '..', 'services', 'core', 'prices', 'snapshot.json');
const MODEL = 'in-house-7b';
const RATES = { input_cost_per_token: '0.000003', output_cost_per_token: '0.000012' };
const USAGE = { prompt_tokens: 1_000, completion_tokens: 250 };
/** 1,000 tokens in, 250 out, by these rates. */
const COST = { usd: '0.006', pico: 6_000_000_000n };
/** Reached by one call. */
const BUDGET = '0.005';

interface Problem {
  code: string;
  detail: string;
}
interface Received {
  headers: Record<string, string>;
  body: string;
}

/** That all works in an installation without a way out, or says why it cannot, and that nothing tries to get out. */
export async function checkAirGapped(suite: Suite, report: Report): Promise<void> {
  let person: Person | undefined;
  const owner = () => person ?? assert.fail('nobody has set it up');
  let key = '';
  let hooks = { id: 0, secret: '' };

  await report.check('air-gapped: it is set up and the page is there', async () => {
    person = await setUp(suite.address);
    const page = await fetch(suite.address);
    assert.match(await page.text(), /<div id="root"><\/div>/);
    assert.equal((await owner().get<{ airGapped: boolean }>('/status')).airGapped, true);
    const made = { name: 'Smoke' };
    key = (await owner().send<{ secret: string }>('POST', `/projects/${owner().projectId}/keys`, made, 201)).secret;
    return undefined;
  });

  await report.check('air-gapped: prices are imported from a file; fetching them explains itself', async () => {
    const prices = JSON.parse(await readFile(SNAPSHOT, 'utf8')) as { models: Record<string, object> };
    prices.models[MODEL] = { rates: RATES, provider: 'openai', mode: 'chat' };
    const { run } = await owner().send<{ run: { status: string; added: number } }>(
      'POST',
      '/prices/import',
      JSON.stringify(prices),
    );
    assert.deepEqual([run.status, run.added], ['applied', 1]);

    interface Sync {
      enabled: boolean;
      disabledBy: string;
      queued: boolean;
      lastRun: { kind: string; code: string; message: string } | null;
    }
    const before = await owner().get<Sync>('/prices/sync');
    assert.deepEqual([before.enabled, before.disabledBy], [false, 'air_gapped']);
    await owner().send('POST', '/prices/sync', {}, 202);
    let last: Sync['lastRun'] = null;
    await until(async () => {
      ({ lastRun: last } = await owner().get<Sync>('/prices/sync'));
      return last?.kind === 'sync';
    }, 'the fetching that was asked for is answered');
    const { code, message } = last ?? assert.fail();
    assert.equal(code, 'air_gapped');
    const command = await suite.exec('worker', 'sh', '-c', 'tokengrip prices sync 2>&1 || true');
    assert.ok(command.includes(message), command);
    return message;
  });

  await report.check('air-gapped: a webhook to a host that is named arrives; nothing else is tried', async () => {
    const webhook = await makeChannel(owner(), { kind: 'webhook', name: 'House', url: HOOKS.url });
    hooks = { id: webhook.channel.id, secret: webhook.secret };
    const test = await owner().send<Delivery>('POST', `/channels/${hooks.id}/test`, {});
    assert.deepEqual([test.state, test.lastStatus], ['delivered', 204]);
    const elsewhere = [
      { kind: 'webhook', name: 'Outside', url: 'https://hooks.outside.example/tokengrip' },
      { kind: 'webhook', name: 'Address', url: 'https://192.0.2.80/tokengrip' },
      { kind: 'slack', name: 'Slack', url: 'https://hooks.slack.com/services/T0/B0/none' },
      { kind: 'pagerduty', name: 'PagerDuty', routingKey: '0123456789abcdef0123456789abcdef' },
    ];
    for (const target of elsewhere) {
      const { channel } = await makeChannel(owner(), target);
      const refused = await owner().send<Delivery>('POST', `/channels/${channel.id}/test`, {});
      assert.deepEqual([target.name, refused.state, refused.lastCode], [target.name, 'failed', 'air_gapped']);
    }
    return `${elsewhere.length} others refused`;
  });

  await report.check('air-gapped: a call is priced, shown, exceeds a budget, and the webhook tells', async () => {
    const budget = {
      name: 'Daily',
      conditions: {},
      measure: 'usd',
      amount: BUDGET,
      period: 'day',
      thresholds: [100],
      notifyForecast: false,
      channelIds: [hooks.id],
      action: 'block',
      unpriced: 'open',
      reservation: false,
    };
    await owner().send('POST', '/budgets', budget, 201);
    const counted = async () => (await owner().get<BudgetList>('/budgets')).budgets[0]?.state;
    await until(async () => (await counted())?.status === 'ok', 'the budget has counted the past');
    const record = {
      id: makeUuid7(),
      timestamp: new Date().toISOString(),
      source: 'openai.chat',
      model: MODEL,
      usage: USAGE,
    };
    assert.deepEqual(await (await postUsage({ address: suite.address, key }, record)).json(), {
      accepted: 1,
      duplicates: 0,
      rejected: [],
    });
    const rows = await suite.query(
      `select cost_status, total_pico_usd from usage_calls where event_id = '${record.id}'`,
    );
    assert.deepEqual(rows, [`priced|${COST.pico}`]);
    await until(async () => (await usageCost(owner())) === COST.usd, 'the dashboard shows what it cost');

    const known = await fetch(`${suite.address}/v1/budgets`, { headers: { authorization: `Bearer ${key}` } });
    const { budgets } = (await known.json()) as { budgets: { status: string }[] };
    assert.deepEqual(
      budgets.map(({ status }) => status),
      ['exceeded'],
    );
    const tell = async () =>
      (await received(suite)).find(({ headers }) => headers['x-tokengrip-event'] === 'alert.raised');
    await until(async () => (await tell()) !== undefined, 'the webhook tells');
    const { headers, body } = (await tell()) ?? assert.fail();
    const [, time, signature] = /^t=(\d+),v1=(\w+)$/.exec(headers['x-tokengrip-signature'] ?? '') ?? [];
    assert.equal(createHmac('sha256', hooks.secret).update(`${time}.${body}`).digest('hex'), signature);
    return (JSON.parse(body) as { alert: { title: string } }).alert.title;
  });

  await report.check('air-gapped: savings are looked for; the analysis by Claude explains itself', async () => {
    await owner().send('POST', '/recommendations/find', {}, 202);
    await until(async () => {
      const { run } = await owner().get<{ run: { state: string } }>('/recommendations');
      return run.state === 'done';
    }, 'savings have been looked for');
    const status = await owner().send<{ ready: boolean; obstacle: { code: string; text: string } }>(
      'PUT',
      '/analysis',
      {
        enabled: true,
        projectId: owner().projectId,
      },
    );
    assert.deepEqual([status.ready, status.obstacle.code], [false, 'air_gapped']);
    const period = { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date().toISOString() };
    const refused = await owner().send<Problem>('POST', '/analysis/preview', period, 409);
    assert.equal(refused.detail, status.obstacle.text);
    return refused.detail;
  });

  await report.check(
    'air-gapped: a key for Claude in a mounted file is read, overruled, and told to nobody',
    async () => {
      const logs = (await suite.compose('logs', '--no-color', ...RUNNING)).stdout;
      assert.match(logs, /AIR_GAPPED overrules ANTHROPIC_API_KEY/);
      const ids = lines((await suite.compose('ps', '--all', '--quiet')).stdout);
      const seen = [logs, (await suite.docker('inspect', ...ids)).stdout, (await suite.compose('config')).stdout];
      assert.ok(!seen.join('\n').includes(ANTHROPIC_KEY));
      return undefined;
    },
  );

  await report.check('air-gapped: every queue has done its work in the container, and no job failed', async () => {
    const metrics = await suite.exec(
      'worker',
      'node',
      '--eval',
      "fetch('http://127.0.0.1:8003/metrics').then((r) => r.text()).then((t) => process.stdout.write(t))",
    );
    const counts = [...metrics.matchAll(/^tokengrip_job_duration_seconds_count\{(.*)\} (\d+)$/gm)];
    const jobs = counts.map(([, labels = '']) => ({
      job: /job="([^"]+)"/.exec(labels)?.[1],
      outcome: /outcome="([^"]+)"/.exec(labels)?.[1],
    }));
    assert.deepEqual(
      jobs.filter(({ outcome }) => outcome !== 'done'),
      [],
    );
    // One of each queue at least; mail has none, as no server for it is named.
    const done = new Set(jobs.map(({ job }) => job));
    for (const job of [
      'sync-prices',
      'derive-rollups',
      'find-savings',
      'deliver-alert',
      'keep-analyses',
      'evaluate-budgets',
    ]) {
      assert.ok(done.has(job), `${job} is not among ${[...done].join(', ')}`);
    }
    return `${done.size} kinds of jobs`;
  });

  await checkTraffic(suite, report);
}

interface BudgetList {
  budgets: { state: { status: string } }[];
}

async function usageCost(owner: Person): Promise<string | undefined> {
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const query = new URLSearchParams({ from, to, metrics: 'cost' });
  return (await owner.get<{ totals: { cost: string } }>(`/usage?${query}`)).totals.cost;
}

/** What the receiver of webhooks has been sent. */
const received = async (suite: Suite): Promise<Received[]> =>
  lines(await suite.printed('receiver')).map((line) => JSON.parse(line) as Received);
