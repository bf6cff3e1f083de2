import { MINUTE, SECOND } from '@tokengrip/core/clock';
import { stepAt, totpCode } from '@tokengrip/core/domain/accounts/totp';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
const CURRENT = { currentPassword: OWNER.password };

describe('a second factor', () => {
  let api: TestApi;
  let secret: Buffer;
  let recoveryCodes: string[];

  beforeAll(async () => {
    api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '10000' });
    api.signIn(await api.post('/auth/setup', OWNER));
  });
  afterAll(() => api.close());

  const codeNow = (steps = 0) => totpCode(secret, stepAt(api.clock.now()) + steps);
  const logIn = () => api.post('/auth/login', { email: OWNER.email, password: OWNER.password });
  const challenge = async (): Promise<string> => (await logIn()).json().challenge;
  const answer = (given: string, code: string) => api.post('/auth/two-factor', { challenge: given, code });
  /** What an authenticator makes of the text that it is given. */
  const fromBase32 = (text: string) => {
    const bits = [...text].map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    );
    return Buffer.from(
      bits
        .join('')
        .match(/.{8}/g)
        ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
    );
  };

  it('begins with the password, and counts once a code was shown', async () => {
    const wrong = await api.post('/account/two-factor', { currentPassword: 'wrong' });
    expect([wrong.statusCode, wrong.json().errors[0].field]).toEqual([400, 'currentPassword']);
    const begun = await api.post('/account/two-factor', CURRENT);
    expect(begun.json().uri).toContain(`secret=${begun.json().secret}`);
    secret = fromBase32(begun.json().secret);
    expect((await logIn()).statusCode).toBe(200);
    const bad = await api.post('/account/two-factor/confirm', { code: '000000' });
    expect([bad.statusCode, bad.json().errors[0].field]).toEqual([400, 'code']);
    expect((await api.get('/account')).json().twoFactor).toBeNull();
    const confirmed = await api.post('/account/two-factor/confirm', { code: codeNow() });
    recoveryCodes = confirmed.json().recoveryCodes;
    expect(new Set(recoveryCodes).size).toBe(10);
    expect((await api.get('/account')).json().twoFactor).toMatchObject({ recoveryCodesLeft: 10 });
    expect((await api.post('/account/two-factor', CURRENT)).statusCode).toBe(409);
  });

  it('keeps neither its secret nor the recovery codes readable', async () => {
    const { rows } = await sql<{ text: string }>`
      select (select string_agg(second_factors::text, '') from second_factors) ||
        (select string_agg(recovery_codes::text, '') from recovery_codes) as text`.execute(api.database.owner);
    const text = rows[0]?.text ?? '';
    expect(text).not.toContain(secret.toString('hex'));
    expect(text).not.toContain(Buffer.from(secret.toString('base64')).toString('hex'));
    for (const code of recoveryCodes) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(Buffer.from(code).toString('hex'));
    }
  });

  it('asks for a code after the password, and nobody is in before', async () => {
    const back = api.newBrowser();
    const reply = await logIn();
    expect([reply.statusCode, reply.cookies]).toEqual([202, []]);
    expect(Object.keys(reply.json())).toEqual(['challenge']);
    api.pass(30 * SECOND);
    const wrong = await answer(reply.json().challenge, '000000');
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'wrong_credentials']);
    const right = await answer(reply.json().challenge, ` ${codeNow().slice(0, 3)} ${codeNow().slice(3)}`);
    expect(right.statusCode).toBe(200);
    api.signIn(right);
    expect((await api.get('/me')).statusCode).toBe(200);
    back();
  });

  it('takes a code once, also of two that come at once, and none that is older than one it took', async () => {
    api.pass(MINUTE);
    const given = await challenge();
    const both = await Promise.all([answer(given, codeNow()), answer(given, codeNow())]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
    expect((await answer(given, codeNow())).statusCode).toBe(401);
    expect((await answer(given, codeNow(-1))).statusCode).toBe(401);
    expect((await answer(given, codeNow(1))).statusCode).toBe(200);
  });

  it('forgets the first step after five minutes, and when the password changes', async () => {
    const given = await challenge();
    api.pass(5 * MINUTE);
    const late = await answer(given, codeNow());
    expect([late.statusCode, late.json().code]).toEqual([401, 'unauthenticated']);
    const before = await challenge();
    api.signIn(await answer(before, codeNow()));
    api.pass(MINUTE);
    const change = { ...CURRENT, newPassword: 'another long password' };
    expect((await api.post('/account/password', change)).statusCode).toBe(204);
    expect((await answer(before, codeNow())).json().code).toBe('unauthenticated');
    await api.post('/account/password', { currentPassword: 'another long password', newPassword: OWNER.password });
  });

  it('does not take an access token for the first step', async () => {
    expect((await answer(api.cookie('tokengrip_access'), codeNow())).json().code).toBe('unauthenticated');
  });

  it('lets each recovery code stand in once, however it is typed', async () => {
    const [first = '', second = ''] = recoveryCodes;
    expect((await answer(await challenge(), first)).statusCode).toBe(200);
    expect((await answer(await challenge(), first)).statusCode).toBe(401);
    expect((await answer(await challenge(), second.toUpperCase().replaceAll('-', ' '))).statusCode).toBe(200);
    expect((await api.get('/account')).json().twoFactor.recoveryCodesLeft).toBe(8);
  });

  it('has new recovery codes made, which end the old ones', async () => {
    const renewed = await api.post('/account/two-factor/recovery-codes', CURRENT);
    expect(renewed.json().recoveryCodes).toHaveLength(10);
    expect((await answer(await challenge(), recoveryCodes[5] ?? '')).statusCode).toBe(401);
    expect((await answer(await challenge(), renewed.json().recoveryCodes[0])).statusCode).toBe(200);
    expect((await api.post('/account/two-factor/recovery-codes', { currentPassword: 'x' })).statusCode).toBe(400);
  });

  it('slows those down who guess codes with a password that they know', async () => {
    const back = api.newBrowser();
    const given = await challenge();
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        api.post(
          '/auth/two-factor',
          { challenge: given, code: String(100_000 + i) },
          { 'x-forwarded-for': `203.0.113.${i}` },
        ),
      ),
    );
    expect(guesses.filter(({ statusCode }) => statusCode === 401).length).toBeLessThanOrEqual(10);
    expect(guesses.filter(({ statusCode }) => statusCode === 429).length).toBeGreaterThanOrEqual(30);
    back();
    // And the owner, in her own browser, not.
    api.pass(MINUTE);
    expect((await answer(await challenge(), codeNow())).statusCode).toBe(200);
  });

  it('is turned off by the password', async () => {
    expect((await api.post('/account/two-factor/off', { currentPassword: 'wrong' })).statusCode).toBe(400);
    expect((await api.post('/account/two-factor/off', CURRENT)).statusCode).toBe(204);
    expect((await api.get('/account')).json().twoFactor).toBeNull();
    expect((await logIn()).statusCode).toBe(200);
  });
});

describe('one’s own account', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '10000' });
    api.signIn(await api.post('/auth/setup', OWNER));
  });
  afterAll(() => api.close());

  it('has a name that can be changed', async () => {
    expect((await api.patch('/account', { name: ' Ada Lovelace ' })).json()).toMatchObject({ name: 'Ada Lovelace' });
    expect((await api.get('/me')).json().user.name).toBe('Ada Lovelace');
    expect((await api.patch('/account', { name: ' ' })).statusCode).toBe(400);
  });

  it('changes its password, which ends all sessions but the one that asks', async () => {
    const back = api.newBrowser();
    api.signIn(await api.post('/auth/login', { email: OWNER.email, password: OWNER.password }));
    const there = api.cookie('tokengrip_access');
    back();
    const long = `${'ü'.repeat(40)} and what bcrypt alone would not see`;
    expect((await api.post('/account/password', { ...CURRENT, newPassword: long })).statusCode).toBe(204);
    expect((await api.get('/me')).statusCode).toBe(200);
    expect((await api.get('/me', { cookie: `tokengrip_access=${there}` })).statusCode).toBe(401);
    for (const [password, status] of [
      [OWNER.password, 401],
      [`${'ü'.repeat(40)} and something else`, 401],
      [long, 200],
    ] as const) {
      expect((await api.post('/auth/login', { email: OWNER.email, password })).statusCode).toBe(status);
    }
    await api.post('/account/password', { currentPassword: long, newPassword: OWNER.password });
  });

  it('holds up those who guess the current password at a screen that was left open', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      statuses.push((await api.post('/account/two-factor', { currentPassword: `guess ${i}` })).statusCode);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429]);
  });

  it('is nobody’s who is not logged in', async () => {
    const back = api.newBrowser();
    for (const path of ['/account', '/account/sessions']) expect((await api.get(path)).statusCode).toBe(401);
    for (const path of ['/account/password', '/account/email', '/account/two-factor', '/account/two-factor/off']) {
      const body = { ...CURRENT, ...(path.endsWith('password') ? { newPassword: 'x'.repeat(10) } : {}) };
      const reply = await api.post(path, path.endsWith('email') ? { ...body, email: 'a@b.co' } : body);
      expect(reply.statusCode, path).toBe(401);
    }
    back();
  });
});
