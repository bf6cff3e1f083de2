import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
const OWNER_LOGIN = { email: OWNER.email, password: OWNER.password };

describe('a thousand wrong passwords', () => {
  let api: TestApi;
  beforeAll(async () => {
    // The limit per address is not what is tried here.
    api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '10000' });
    await api.post('/auth/setup', OWNER);
  });
  afterAll(() => api.close());

  const guess = (address: string) =>
    api.post('/auth/login', { email: OWNER.email, password: 'wrong' }, { 'x-forwarded-for': address });
  const logIn = (address: string) => api.post('/auth/login', OWNER_LOGIN, { 'x-forwarded-for': address });
  const tally = (replies: { statusCode: number }[]) => {
    const counts: Record<number, number> = {};
    for (const { statusCode } of replies) counts[statusCode] = (counts[statusCode] ?? 0) + 1;
    return counts;
  };

  it('from one address are looked at five times', async () => {
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => guess('203.0.113.5')));
    expect(tally(replies)).toEqual({ 401: 5, 429: 995 });
    expect(Number(replies.find(({ statusCode }) => statusCode === 429)?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('from many addresses are looked at twenty times in all, and the owner still gets in', async () => {
    const back = api.newBrowser();
    const replies = await Promise.all(Array.from({ length: 1_000 }, (_, i) => guess(`198.18.${i >> 8}.${i & 255}`)));
    const counts = tally(replies);
    expect((counts[401] ?? 0) + (counts[503] ?? 0)).toBeLessThanOrEqual(20);
    expect(counts[429]).toBeGreaterThanOrEqual(980);
    // From an address that she has used before, in a browser that is new.
    expect((await logIn(api.address)).statusCode).toBe(200);
    // From anywhere, in the browser that she has used before.
    back();
    api.signIn(await api.post('/auth/login', OWNER_LOGIN));
    expect((await logIn('203.0.113.200')).statusCode).toBe(200);
    // Even from the guesser's own address.
    expect((await logIn('203.0.113.5')).statusCode).toBe(200);
    // A stranger is asked to wait, with the right password, too: else the answer would tell.
    api.newBrowser();
    expect((await logIn('203.0.113.201')).statusCode).toBe(429);
    back();
  });

  it('are counted alike for an address that nobody has', async () => {
    const nobody = 'nobody@example.com';
    const replies = await Promise.all(
      Array.from({ length: 30 }, () =>
        api.post('/auth/login', { email: nobody, password: 'x' }, { 'x-forwarded-for': '203.0.113.9' }),
      ),
    );
    expect(tally(replies)).toEqual({ 401: 5, 429: 25 });
  });
});

describe('while passwords are hashed', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '10000' });
    await api.post('/auth/setup', OWNER);
  });
  afterAll(() => api.close());

  it('the event loop never stalls, and other requests are answered', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const guesses = Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        api.post(
          '/auth/login',
          { email: `nobody${i}@example.com`, password: 'x' },
          { 'x-forwarded-for': `203.0.113.${i}` },
        ),
      ),
    );
    const waits: number[] = [];
    let done = false;
    void guesses.then(() => {
      done = true;
    });
    while (!done) {
      const began = performance.now();
      expect((await api.get('/status')).statusCode).toBe(200);
      waits.push(performance.now() - began);
    }
    delay.disable();
    expect((await guesses).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 8 }, () => 401));
    expect(waits.length).toBeGreaterThan(20);
    waits.sort((a, b) => a - b);
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(50);
    // Of the loop itself; a busy machine may take the processor away for a moment, a hash in the loop would for 250 ms.
    expect(delay.percentile(99) / 1e6).toBeLessThan(50);
  });

  it('an unknown address takes as long as a wrong password', async () => {
    const time = async (email: string, address: string) => {
      const began = performance.now();
      await api.post('/auth/login', { email, password: 'wrong' }, { 'x-forwarded-for': address });
      return performance.now() - began;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      known.push(await time(OWNER.email, `203.0.114.${i}`));
      unknown.push(await time(`stranger${i}@example.com`, `203.0.114.${i}`));
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[2] ?? 0;
    expect(median(unknown) / median(known)).toBeGreaterThan(0.7);
    expect(median(unknown) / median(known)).toBeLessThan(1.4);
  });
});
