import assert from 'node:assert/strict';
import type { Report } from '../report.ts';
import { lines, ONE_SHOT, RUNNING, type Suite } from '../suite.ts';

interface Inspected {
  Name: string;
  State: { Status: string; ExitCode: number; Health?: { Status: string } };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[] | null;
    CapAdd: string[] | null;
    Privileged: boolean;
    SecurityOpt: string[] | null;
    Memory: number;
    PidsLimit: number | null;
    Init: boolean | null;
    PortBindings: Record<string, unknown> | null;
  };
  NetworkSettings: {
    Ports: Record<string, { HostPort: string }[] | null>;
    Networks: Record<string, object>;
  };
}

const MAX_AT_REST_MB = 400;
const SIZES: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Which secrets each service can read. None can read another's. */
const SECRETS: Record<string, string[]> = {
  postgres: ['db_owner_password'],
  redis: ['redis.conf', 'redis_password'],
  ingest: ['db_ingest_password', 'redis.conf', 'redis_password'],
  api: ['db_api_password', 'encryption_secret', 'redis.conf', 'redis_password', 'session_secret'],
  worker: ['db_worker_password', 'encryption_secret', 'redis.conf', 'redis_password'],
};

/** How the containers are shut in, as the engine and the kernel see it. */
export async function checkContainers(suite: Suite, report: Report): Promise<void> {
  const inspect = async (service: string): Promise<Inspected> => {
    const [id] = await suite.containers(service);
    assert.ok(id, `there is no container of ${service}`);
    const [container] = JSON.parse((await suite.docker('inspect', id)).stdout) as Inspected[];
    assert.ok(container);
    return container;
  };

  await report.check('every service is healthy, and the ones with one task have done it', async () => {
    for (const service of RUNNING) assert.equal((await inspect(service)).State.Health?.Status, 'healthy', service);
    for (const service of ONE_SHOT) {
      const { Status, ExitCode } = (await inspect(service)).State;
      assert.deepEqual([service, Status, ExitCode], [service, 'exited', 0]);
    }
    return undefined;
  });

  await report.check('no container may write to itself, gain rights, or use more than its share', async () => {
    for (const service of [...RUNNING, ...ONE_SHOT]) {
      const { HostConfig: host } = await inspect(service);
      assert.equal(host.ReadonlyRootfs, true, `${service} can write to itself`);
      assert.deepEqual([host.CapDrop, host.CapAdd ?? [], host.Privileged], [['ALL'], [], false], service);
      assert.deepEqual(host.SecurityOpt, ['no-new-privileges:true'], service);
      assert.ok(host.Memory > 0 && (host.PidsLimit ?? 0) > 0, `${service} has no limits`);
      assert.equal(host.Init, true, service);
    }
    return undefined;
  });

  await report.check('at rest the whole suite fits into 400 MB', async () => {
    const ids = await Promise.all(RUNNING.map((service) => suite.containers(service)));
    const { stdout } = await suite.docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...ids.flat());
    const used = lines(stdout).map((line) => {
      const [, name = '', size, unit] = /^\S+?-([a-z]+)-\d+ ([\d.]+)(MiB|GiB|KiB) /.exec(line) ?? assert.fail(line);
      return { name, megabytes: (Number(size) * (SIZES[unit ?? ''] ?? Number.NaN)) / 1e6 };
    });
    const total = used.reduce((sum, { megabytes }) => sum + megabytes, 0);
    const parts = used.map(({ name, megabytes }) => `${name} ${Math.round(megabytes)}`).join(', ');
    assert.ok(total < MAX_AT_REST_MB, `${Math.round(total)} MB: ${parts}`);
    return `${Math.round(total)} MB: ${parts}`;
  });

  await report.check('no process is root or has a capability', async () => {
    for (const service of RUNNING) {
      const status = await suite.exec(service, 'cat', '/proc/1/status');
      const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]?.split(/\s+/) ?? [];
      assert.ok(!field('Uid').includes('0') && !field('Gid').includes('0'), `${service} is root`);
      for (const set of ['CapEff', 'CapPrm', 'CapBnd', 'CapAmb']) {
        assert.match(field(set)[0] ?? '', /^0+$/, `${service} has capabilities in ${set}`);
      }
      assert.equal(field('NoNewPrivs')[0], '1', service);
      const answer = await suite.exec(
        service,
        'sh',
        '-c',
        'touch /smoke-test 2>/dev/null && echo written || echo refused',
      );
      assert.equal(answer.trim(), 'refused', `${service} can write to its root`);
    }
    return undefined;
  });

  await report.check('only the web server publishes a port', async () => {
    for (const service of [...RUNNING, ...ONE_SHOT]) {
      const container = await inspect(service);
      const expected = service === 'web' ? ['8080/tcp'] : [];
      assert.deepEqual(Object.keys(container.HostConfig.PortBindings ?? {}), expected, service);
      const bound = Object.entries(container.NetworkSettings.Ports).filter(([, bindings]) => bindings?.length);
      assert.deepEqual(
        bound.map(([port]) => port),
        expected,
        service,
      );
    }
    return undefined;
  });

  await report.check('databases and services have no way out, and nginx none to the databases', async () => {
    for (const service of ['postgres', 'redis', 'ingest', 'api'] as const) {
      for (const network of Object.keys((await inspect(service)).NetworkSettings.Networks)) {
        const { stdout } = await suite.docker('network', 'inspect', '--format', '{{.Internal}}', network);
        assert.equal(stdout.trim(), 'true', `${service} is in ${network}, which has a way out`);
      }
    }
    const found = await suite.exec('web', 'sh', '-c', 'getent hosts postgres redis || echo none');
    assert.equal(found.trim(), 'none');
    return undefined;
  });

  await report.check('each service reads its own secrets, and no other', async () => {
    for (const [service, expected] of Object.entries(SECRETS)) {
      const readable = await suite.exec(
        service,
        'sh',
        '-c',
        'cd /secrets && for f in *; do cat "$f" >/dev/null 2>&1 && echo "$f"; done; true',
      );
      assert.deepEqual(readable.trim().split('\n').sort(), expected, service);
    }
    return undefined;
  });
}
