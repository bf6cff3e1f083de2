import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublicAddress, parseAllowedHosts } from './address-rules.ts';
import { type OutgoingRequest, type OutgoingRules, postOutside } from './outgoing.ts';

const rules = (allowed = '', airGapped = false): OutgoingRules => ({ allowed: parseAllowedHosts(allowed), airGapped });

const post = (url: string, given: Partial<OutgoingRequest> = {}, by = rules()) =>
  postOutside(by, { url, headers: {}, body: '{}', timeoutMs: 2_000, ...given });

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function listen(answer: RequestListener): Promise<number> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1.1.1.1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    '100::1',
    '3fff::1',
    'localhost',
    '',
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '100.63.255.255',
    '100.128.0.0',
    '172.32.0.1',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
    '::ffff:1.1.1.1',
    '64:ff9b::8.8.8.8',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['10.0.0.0/33', 'http://x', 'a b', '1.2.3', '10.0.0.0/8/8', 'x/8', '*'])(
    '%s allows nothing: it is refused',
    (entry) => {
      expect(() => parseAllowedHosts(entry)).toThrow(JSON.stringify(entry));
    },
  );

  it('are allowed by name, below a name, by address and by network', () => {
    const allowed = parseAllowedHosts(' Hooks.Example.com, *.corp.test,10.0.0.0/8 , fd00::/8, 192.168.1.7');
    expect(['hooks.example.com', 'a.corp.test', 'a.b.corp.test'].every(allowed.byName)).toBe(true);
    expect(['example.com', 'corp.test', 'xcorp.test', 'hooks.example.com.evil.test'].some(allowed.byName)).toBe(false);
    expect(['10.9.9.9', '::ffff:10.1.1.1', 'fd00::1', '192.168.1.7'].every(allowed.byAddress)).toBe(true);
    expect(['11.0.0.1', '192.168.1.8', 'fe80::1'].some(allowed.byAddress)).toBe(false);
  });
});

describe('requests outside', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://0/',
    'http://１２７.0.0.1/',
  ])('are not made to %s', async (url) => {
    expect(await post(url)).toEqual({ answered: false, code: 'address_refused' });
  });

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'nonsense', 'http://user:pass@example.com/', 'http://'])(
    'are not made to %s, which is no address for them',
    async (url) => {
      expect(await post(url)).toEqual({ answered: false, code: 'invalid_url' });
    },
  );

  it('are not made where any name leads to a house, and look up the name once', async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '10.0.0.1' : '127.0.0.1', family: 4 }];
    };
    expect(await post('http://inside.test/', { resolve })).toEqual({ answered: false, code: 'address_refused' });
    expect(asked).toBe(1);
  });

  it('go to the address that was checked, whatever the name means by then', async () => {
    const hosts: (string | undefined)[] = [];
    const port = await listen((request, reply) => {
      hosts.push(request.headers.host);
      reply.end();
    });
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      // The second answer would be refused by the system: nothing listens there.
      return [{ address: asked === 1 ? '127.0.0.1' : '127.9.9.9', family: 4 }];
    };
    const by = rules('127.0.0.1');
    expect(await post(`http://rebinding.test:${port}/`, { resolve }, by)).toMatchObject({
      answered: true,
      status: 200,
    });
    expect(hosts).toEqual([`rebinding.test:${port}`]);
    expect(asked).toBe(1);
  });

  it('reach a private address that the operator allows by its network or its name', async () => {
    const port = await listen((_request, reply) => reply.end());
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(await post(`http://127.0.0.1:${port}/`, {}, rules('127.0.0.0/8'))).toMatchObject({ status: 200 });
    expect(await post(`http://hook.test:${port}/`, { resolve }, rules('hook.test'))).toMatchObject({ status: 200 });
    expect(await post(`http://hook.test:${port}/`, { resolve }, rules('other.test'))).toMatchObject({
      code: 'address_refused',
    });
  });

  it('stay inside in an air-gapped installation, where not even a name is asked for', async () => {
    const port = await listen((_request, reply) => reply.end());
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const by = rules('127.0.0.0/8, hook.test', true);
    expect(await post('http://example.com/', { resolve }, by)).toEqual({ answered: false, code: 'air_gapped' });
    expect(await post('http://1.1.1.1/', {}, by)).toEqual({ answered: false, code: 'air_gapped' });
    expect(asked).toBe(0);
    expect(await post(`http://127.0.0.1:${port}/`, {}, by)).toMatchObject({ status: 200 });
    expect(await post(`http://hook.test:${port}/`, { resolve }, by)).toMatchObject({ status: 200 });
  });

  it('follow no redirect', async () => {
    const paths: (string | undefined)[] = [];
    const port = await listen((request, reply) => {
      paths.push(request.url);
      reply.writeHead(307, { location: '/elsewhere' }).end();
    });
    const result = await post(`http://127.0.0.1:${port}/hook`, {}, rules('127.0.0.1'));
    expect(result).toEqual({ answered: false, code: 'redirect_refused', status: 307 });
    expect(paths).toEqual(['/hook']);
  });

  it('end where the server says nothing, or the lookup does not', async () => {
    const port = await listen(() => {});
    const by = rules('127.0.0.1');
    const hanging = await post(`http://127.0.0.1:${port}/`, { timeoutMs: 100 }, by);
    expect(hanging).toEqual({ answered: false, code: 'timed_out' });
    const unresolved = await post('http://slow.test/', { timeoutMs: 100, resolve: () => new Promise(() => {}) });
    expect(unresolved).toEqual({ answered: false, code: 'timed_out' });
  });

  it('end where the server switches to another protocol', async () => {
    const port = await listen((request) =>
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n'),
    );
    const result = await post(`http://127.0.0.1:${port}/`, {}, rules('127.0.0.1'));
    expect(result).toEqual({ answered: false, code: 'unreachable' });
  });

  it('do not read a reply that never ends', async () => {
    let closed: () => void = () => {};
    const over = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await listen((_request, reply) => {
      reply.on('close', closed);
      const more = (): void => {
        if (!reply.destroyed && reply.write('x'.repeat(10_000))) setImmediate(more);
      };
      reply.on('drain', more);
      more();
    });
    expect(await post(`http://127.0.0.1:${port}/`, {}, rules('127.0.0.1'))).toMatchObject({ status: 200 });
    await over;
  });

  it('say what went wrong', async () => {
    const port = await listen((_request, reply) => reply.writeHead(429, { 'retry-after': '7' }).end());
    const by = rules('127.0.0.1');
    expect(await post(`http://127.0.0.1:${port}/`, {}, by)).toEqual({ answered: true, status: 429, retryAfter: '7' });
    expect(await post(`https://127.0.0.1:${port}/`, {}, by)).toMatchObject({ code: 'tls_failed' });
    expect(await post('http://127.0.0.1:1/', {}, by)).toMatchObject({ code: 'unreachable' });
    expect(await post('http://none.test/', { resolve: async () => [] })).toMatchObject({ code: 'dns_failed' });
  });
});
