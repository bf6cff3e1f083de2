import { watchTurns } from '@tokengrip/core/testing/longest-turn';
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

  /** How long other requests wait while `work` goes on, and the longest turn of the loop, which is the processor's time alone. */
  async function watch(work: Promise<unknown>) {
    const turns = watchTurns();
    const waits: number[] = [];
    let isDone = false;
    const ended = work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const began = performance.now();
      expect((await api.get('/status')).statusCode).toBe(200);
      waits.push(performance.now() - began);
    }
    await ended;
    waits.sort((a, b) => a - b);
    return { longestTurnMs: turns.stop(), answered: waits.length, typicalWaitMs: waits[waits.length >> 1] ?? 0 };
  }

  it('the event loop never stalls, and other requests are answered', async () => {
    const alone = await watch(Promise.all(Array.from({ length: 20 }, () => api.get('/status'))));
    const guesses = Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        api.post(
          '/auth/login',
          { email: `nobody${i}@example.com`, password: 'x' },
          { 'x-forwarded-for': `203.0.113.${i}` },
        ),
      ),
    );
    const busy = await watch(guesses);
    expect((await guesses).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 8 }, () => 401));
    // A hash in the loop would be a turn of 250 ms, and no more requests would be answered than there are hashes.
    expect(busy.longestTurnMs).toBeLessThan(50);
    expect(busy.answered).toBeGreaterThan(10);
    // On a busy machine everything waits; hashes may take the other processors, and not what answers.
    expect(busy.typicalWaitMs).toBeLessThan(Math.max(50, 4 * alone.typicalWaitMs));
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
