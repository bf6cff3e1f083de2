import assert from 'node:assert/strict';
import { HOOKS } from '../air-gapped/installation.ts';
import { describeInside, LISTENED, type Listened, readTraffic } from '../air-gapped/traffic.ts';
import type { Report } from '../report.ts';
import { RUNNING, type Suite } from '../suite.ts';
import { until } from '../until.ts';

/** What left the containers of an air-gapped installation until now, and that the listeners would have heard more. */
export async function checkTraffic(suite: Suite, report: Report): Promise<void> {
  const inside = await describeInside(suite);
  await report.check('air-gapped: no container has ever looked up or turned to anybody outside', async () => {
    const traffic = await Promise.all(LISTENED.map((service) => readTraffic(suite, service, inside)));
    for (const [index, service] of LISTENED.entries()) {
      const { outside, withoutRoute } = traffic[index] ?? assert.fail();
      assert.deepEqual([service, outside, withoutRoute], [service, [], 0]);
    }
    // They did listen: the worker asked for its neighbours, and for the only other host that it may reach.
    const { sent } = traffic[LISTENED.indexOf('worker')] ?? assert.fail();
    for (const name of ['postgres', 'redis', HOOKS.host]) assert.ok(sent.includes(`query ${name} of 127.0.0.11`), name);
    return `${traffic.flatMap(({ sent }) => sent).length} kinds of packets in ${LISTENED.length} containers`;
  });

  await report.check('air-gapped: a look-up and a connection to the outside would have been noticed', async () => {
    const tryToLeave = async (service: Listened, index: number) => {
      const [name, address] = [`${service}.outside.example`, `192.0.2.${index + 1}`];
      const script = `timeout 2 getent hosts ${name} & timeout 1 bash -c ': </dev/tcp/${address}/443' & wait`;
      await suite.exec(service, 'bash', '-c', script);
      await until(async () => {
        const { outside, withoutRoute } = await readTraffic(suite, service, inside);
        const asked = outside.some((line) => line.startsWith(`query ${name} `));
        // Where the network has no way at all, the kernel refuses before there is a packet.
        return asked && (outside.includes(`connect ${address} 443`) || withoutRoute > 0);
      }, `the listener of ${service} has noticed both`);
    };
    await Promise.all(RUNNING.map(tryToLeave));
    return undefined;
  });
}
