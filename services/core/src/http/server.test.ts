import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { silentLog } from '../testing/context.ts';
import { createServer } from './server.ts';

it('closes although somebody has connected and asks for nothing', async () => {
  const server = createServer({ log: silentLog, bodyLimitBytes: 1_000, trustedProxies: [] });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const silent = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(silent, 'connect');
  const ended = once(silent.resume(), 'close');
  await server.close();
  await ended;
}, 15_000);

it('lets a request that is under way finish', async () => {
  const server = createServer({ log: silentLog, bodyLimitBytes: 1_000, trustedProxies: [] });
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  server.get('/slow', async () => {
    arrived.resolve();
    await gate.promise;
    return { done: true };
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const reply = fetch(`${address}/slow`);
  await arrived.promise;
  const closed = server.close();
  gate.resolve();
  expect(await (await reply).json()).toEqual({ done: true });
  await closed;
});

it('answers what it does not know, and what breaks, with a problem that tells nothing of the inside', async () => {
  const server = createServer({ log: silentLog, bodyLimitBytes: 1_000, trustedProxies: [] });
  server.get('/broken', async () => {
    throw new Error('the inside');
  });
  const missing = await server.inject('/nowhere');
  expect([missing.statusCode, missing.json().code]).toEqual([404, 'not_found']);
  const broken = await server.inject('/broken');
  expect([broken.statusCode, broken.json().code]).toEqual([500, 'internal']);
  expect(broken.body).not.toContain('the inside');
  await server.close();
});

it.each([
  ['says how long it is', { 'content-length': String(30 * 1024 * 1024) }],
  ['is sent in chunks', {}],
])(
  'answers a sender of too large a body that %s only when it has sent it: a reset would lose the answer',
  async (_, length) => {
    const server = createServer({ log: silentLog, bodyLimitBytes: 1_000, trustedProxies: [] });
    server.post('/', async () => ({}));
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const piece = Buffer.alloc(1024 * 1024, 'x');
    for (let round = 0; round < 5; round += 1) {
      const sender = request(address, { method: 'POST', headers: { 'content-type': 'application/json', ...length } });
      const answered = once(sender, 'response') as Promise<[IncomingMessage]>;
      let sent = 0;
      for (let i = 0; i < 30; i += 1) {
        if (!sender.write(piece)) await once(sender, 'drain');
        sent += piece.length;
      }
      sender.end();
      const [reply] = await answered;
      expect([reply.statusCode, sent]).toEqual([413, 30 * 1024 * 1024]);
      reply.resume();
    }
    await server.close();
  },
);
