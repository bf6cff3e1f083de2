import assert from 'node:assert/strict';
import { type Delivery, makeChannel, setUp } from '../person.ts';
import type { Report } from '../report.ts';
import type { Suite } from '../suite.ts';

/** That whoever makes channels does not reach by them what stands beside the worker, or the machine. */
export async function checkChannels(suite: Suite, report: Report): Promise<void> {
  await report.check('a webhook leads to no database, service or machine inside', async () => {
    const person = await setUp(suite.address);
    const [postgres = ''] = await suite.containers('postgres');
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    const address = (await suite.docker('inspect', '--format', format, postgres)).stdout.trim();
    const targets = [
      'redis:6379',
      `${address}:5432`,
      '127.0.0.1:8003',
      'localhost:8003',
      '[::1]:8003',
      '169.254.169.254',
    ];
    for (const target of targets) {
      const { channel } = await makeChannel(person, { kind: 'webhook', name: target, url: `http://${target}/metrics` });
      const { state, lastCode } = await person.send<Delivery>('POST', `/channels/${channel.id}/test`, {});
      assert.deepEqual([target, state, lastCode], [target, 'failed', 'address_refused']);
    }
    return `${targets.length} refused`;
  });
}
