import assert from 'node:assert/strict';
import type { Report } from '../report.ts';
import { type Sender, startSending } from '../sender.ts';
import type { Suite } from '../suite.ts';
import { until } from '../until.ts';
import { FIRST_RECORD } from './usage.ts';

const RECREATED = ['web', 'ingest', 'api', 'worker', 'redis', 'postgres'] as const;
const KILLED = ['ingest', 'postgres'] as const;
/** By which the client's records are found. */
const FEATURE = 'survival';
/** Records that must arrive after a disturbance before it counts as overcome. */
const PROOF = 20;

/** That nothing which was acknowledged is lost or doubled, whatever is restarted. */
export async function checkSurvival(suite: Suite, report: Report, key: string): Promise<void> {
  await report.check('down and up again keeps everything', async () => {
    await suite.compose('down');
    await suite.compose('up', '--detach', '--wait');
    const rows = await suite.query(`select count(*) from usage_calls where event_id = '${FIRST_RECORD}'`);
    assert.deepEqual(rows, ['1']);
    return undefined;
  });

  const sender = startSending({ address: suite.address, key, feature: FEATURE, workers: 4 });
  try {
    await disturb(suite, report, sender);
  } finally {
    sender.abandon();
  }
}

async function disturb(suite: Suite, report: Report, sender: Sender): Promise<void> {
  for (const service of RECREATED) {
    await report.check(`${service} is recreated while a client sends, and everybody finds the new one`, async () => {
      const retries = sender.retries();
      await suite.compose('up', '--detach', '--wait', '--no-deps', '--force-recreate', service);
      await recovered(suite, sender);
      return `${sender.retries() - retries} retries`;
    });
  }
  await report.check('a second ingest is found, and takes over when the first one is removed', async () => {
    const [first = ''] = await suite.containers('ingest');
    await suite.compose('up', '--detach', '--wait', '--no-deps', '--no-recreate', '--scale', 'ingest=2', 'ingest');
    await suite.docker('rm', '--force', first);
    await recovered(suite, sender);
    return undefined;
  });

  for (const service of KILLED) {
    await report.check(`${service} comes back by itself when all its processes are killed`, async () => {
      const [id = ''] = await suite.containers(service);
      const started = await startOf(suite, id);
      await suite.exec(service, 'sh', '-c', 'kill -9 -1').catch(() => {}); // which takes the shell's container with it
      await until(async () => (await startOf(suite, id)) !== started, `${service} is started again`);
      await recovered(suite, sender);
      return undefined;
    });
  }

  await report.check('every record that was acknowledged is there exactly once, and so are the sums', async () => {
    await sender.finish();
    const ids = await suite.query(`select event_id from usage_calls where feature = '${FEATURE}'`);
    const stored = new Set(ids);
    const lost = [...sender.acknowledged].filter((id) => !stored.has(id));
    assert.deepEqual(lost, [], `${lost.length} acknowledged records are lost`);
    assert.equal(ids.length, stored.size, 'records are there twice');
    assert.equal(stored.size, sender.acknowledged.size, 'there are records that no client sent to the end');
    const sums = await suite.query(`select sum(calls), sum(input_tokens) from usage_15m where feature = '${FEATURE}'`);
    assert.deepEqual(sums, [`${stored.size}|${stored.size * 1_000}`]);
    return `${stored.size} records, ${sender.retries()} retries`;
  });
}

/** New records arrive, and the pages' own requests are answered. */
async function recovered(suite: Suite, sender: Sender): Promise<void> {
  const before = sender.acknowledged.size;
  await until(async () => sender.acknowledged.size >= before + PROOF, 'records arrive again');
  for (const path of ['/', '/api/v1/status']) {
    await until(async () => (await fetch(suite.address + path)).status === 200, `${path} answers`);
  }
}

async function startOf(suite: Suite, container: string): Promise<string> {
  return (await suite.docker('inspect', '--format', '{{.State.StartedAt}}', container)).stdout.trim();
}
