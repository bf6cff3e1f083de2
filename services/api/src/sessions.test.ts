import { createHash } from 'node:crypto';
import { MINUTE, SECOND } from '@tokengrip/core/clock';
import jwt from 'jsonwebtoken';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
const SECRET = 'only-for-tests-only-for-tests';
const KEY_ID = createHash('sha256').update(`tokengrip key id:${SECRET}`).digest('base64url').slice(0, 11);

let api: TestApi;
/** Back to the browser of before. */
let back: () => void;

beforeAll(async () => {
  api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '1000' });
  await api.post('/auth/setup', OWNER);
});
afterAll(() => api.close());

// Each test is a browser of its own that has logged in.
beforeEach(async () => {
  back = api.newBrowser();
  api.signIn(await api.post('/auth/login', { email: OWNER.email, password: OWNER.password }));
});
afterEach(() => back());

const me = async (token = api.cookie('tokengrip_access')) =>
  (await api.get('/me', { cookie: `tokengrip_access=${token}` })).statusCode;
const refreshWith = (token: string) => api.post('/auth/refresh', {}, { cookie: `tokengrip_refresh=${token}` });
const refreshed = async (token: string) => {
  const reply = await refreshWith(token);
  return reply.cookies.find(({ name }) => name === 'tokengrip_refresh')?.value ?? '';
};

describe('access tokens', () => {
  /** As the api signs them, but for what a test changes. */
  function forge(change: { secret?: string; header?: object; claims?: object }): string {
    const real = jwt.decode(api.cookie('tokengrip_access'), { json: true }) ?? {};
    return jwt.sign({ ...real, ...change.claims }, change.secret ?? SECRET, {
      header: { alg: 'HS256', kid: KEY_ID, ...change.header },
    });
  }

  it('count for ten minutes', async () => {
    expect(await me()).toBe(200);
    api.pass(9 * MINUTE);
    expect(await me()).toBe(200);
    api.pass(MINUTE + SECOND);
    expect(await me()).toBe(401);
  });

  it('are refused when anything about them is not as it was signed', async () => {
    expect(await me(forge({}))).toBe(200);
    const unsigned = [{ alg: 'none', typ: 'JWT', kid: KEY_ID }, jwt.decode(api.cookie('tokengrip_access'))]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const [header, payload, signature] = api.cookie('tokengrip_access').split('.');
    const otherClaims = Buffer.from(
      JSON.stringify({ ...(jwt.decode(api.cookie('tokengrip_access')) as object), sub: '2' }),
    ).toString('base64url');
    for (const [what, token] of Object.entries({
      nonsense: 'nonsense',
      empty: '',
      'alg none': `${unsigned}.`,
      'alg none with the signature': `${unsigned}.${signature}`,
      'other claims': `${header}.${otherClaims}.${signature}`,
      'other signature': `${header}.${payload}.${'A'.repeat(43)}`,
      'another secret': forge({ secret: 'another secret of the same length' }),
      'another algorithm': forge({ header: { alg: 'HS512' } }),
      'an unknown key': forge({ header: { kid: 'unknown' } }),
      'another issuer': forge({ claims: { iss: 'somebody' } }),
      'another kind': forge({ claims: { aud: 'challenge' } }),
      'another person': forge({ claims: { sub: '999' } }),
      'another session': forge({ claims: { sid: crypto.randomUUID() } }),
      'the browser’s token': api.cookie('tokengrip_device'),
    })) {
      expect(await me(token), what).toBe(401);
    }
  });
});

describe('refresh tokens', () => {
  it('change with each use, and go on for thirty days, not longer', async () => {
    const first = api.cookie('tokengrip_refresh');
    expect(first).toMatch(/^[\w-]{43}$/);
    api.pass(11 * MINUTE);
    const reply = await api.post('/auth/refresh');
    expect(reply.statusCode).toBe(204);
    api.signIn(reply);
    expect(api.cookie('tokengrip_refresh')).not.toBe(first);
    expect(await me()).toBe(200);
    api.pass(30 * 24 * 60 * MINUTE - 12 * MINUTE);
    const last = await refreshWith(api.cookie('tokengrip_refresh'));
    expect(last.statusCode).toBe(204);
    // The cookie does not outlive the session.
    expect(last.cookies.find(({ name }) => name === 'tokengrip_refresh')?.maxAge).toBe(60);
    api.signIn(last);
    api.pass(MINUTE);
    expect((await api.post('/auth/refresh')).statusCode).toBe(401);
  });

  it('are kept as hashes alone', async () => {
    const first = api.cookie('tokengrip_refresh');
    const second = await refreshed(first);
    const { rows } = await sql<{ text: string; hashes: string }>`
      select string_agg(refresh_tokens::text, ' ') as text, string_agg(encode(hash, 'hex'), ' ') as hashes
      from refresh_tokens`.execute(api.database.owner);
    for (const token of [first, second]) {
      expect(rows[0]?.text).not.toContain(token);
      expect(rows[0]?.text).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
      expect(rows[0]?.hashes).toContain(createHash('sha256').update(token).digest('hex'));
    }
  });

  it('give tabs that race the same successor', async () => {
    const token = api.cookie('tokengrip_refresh');
    const successors = await Promise.all(Array.from({ length: 8 }, () => refreshed(token)));
    expect(new Set(successors).size).toBe(1);
    api.pass(9 * SECOND);
    expect(await refreshed(token)).toBe(successors[0]);
    expect((await refreshWith(successors[0] ?? '')).statusCode).toBe(204);
  });

  it('end the session when one is used again later, for the thief and for the owner', async () => {
    const stolen = api.cookie('tokengrip_refresh');
    api.signIn(await refreshWith(stolen));
    const access = api.cookie('tokengrip_access');
    expect(await me(access)).toBe(200);
    api.pass(11 * SECOND);
    expect((await refreshWith(stolen)).statusCode).toBe(401);
    expect(await me(access)).toBe(401);
    expect((await refreshWith(api.cookie('tokengrip_refresh'))).statusCode).toBe(401);
  });

  it('that nobody has given end nothing', async () => {
    expect((await refreshWith('A'.repeat(43))).statusCode).toBe(401);
    expect((await api.post('/auth/refresh', {}, { cookie: '' })).statusCode).toBe(401);
    expect(await me()).toBe(200);
  });

  it('are not taken from another site', async () => {
    const reply = await api.post('/auth/refresh', {}, { 'sec-fetch-site': 'cross-site' });
    expect(reply.statusCode).toBe(403);
  });
});

describe('ending sessions', () => {
  const logIn = async () => api.signIn(await api.post('/auth/login', { email: OWNER.email, password: OWNER.password }));

  it('by logging out counts at once, and takes the cookies away', async () => {
    const access = api.cookie('tokengrip_access');
    const refresh = api.cookie('tokengrip_refresh');
    const reply = await api.post('/auth/logout');
    expect(reply.statusCode).toBe(204);
    api.signIn(reply);
    expect([api.cookie('tokengrip_access'), api.cookie('tokengrip_refresh')]).toEqual(['', '']);
    expect(await me(access)).toBe(401);
    expect((await refreshWith(refresh)).statusCode).toBe(401);
  });

  it('lists them and ends one of them, and no one else’s', async () => {
    await api.delete('/account/sessions');
    await logIn();
    const elsewhere = api.newBrowser();
    await logIn();
    const access = api.cookie('tokengrip_access');
    elsewhere();
    const { sessions } = (await api.get('/account/sessions')).json();
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toMatchObject({ address: api.address, userAgent: 'lightMyRequest' });
    expect(sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    const other = sessions.find(({ current }: { current: boolean }) => !current);
    expect((await api.delete(`/account/sessions/${other.id}`)).statusCode).toBe(204);
    expect((await api.delete(`/account/sessions/${other.id}`)).statusCode).toBe(404);
    expect(await me(access)).toBe(401);
    expect(await me()).toBe(200);

    await sql`
      insert into users (id, email, name, password_hash) values (900, 'eve@example.com', 'Eve', 'x');
      insert into sessions (id, user_id, expires_at)
        values ('00000000-0000-4000-8000-000000000900', 900, now() + interval '90 days')`.execute(api.database.owner);
    expect((await api.delete('/account/sessions/00000000-0000-4000-8000-000000000900')).statusCode).toBe(404);
    await sql`delete from users where id = 900`.execute(api.database.owner);
  });

  it('everywhere ends this one, too', async () => {
    const here = api.cookie('tokengrip_access');
    const elsewhere = api.newBrowser();
    await logIn();
    const there = api.cookie('tokengrip_access');
    elsewhere();
    const reply = await api.delete('/account/sessions');
    expect(reply.cookies.map(({ name, value }) => [name, value])).toEqual([
      ['tokengrip_access', ''],
      ['tokengrip_refresh', ''],
    ]);
    expect([await me(here), await me(there)]).toEqual([401, 401]);
  });

  it('asks those who have a session of an older version to log in', async () => {
    const old = { cookie: 'tokengrip_session=eyJhbGciOiJIUzI1NiJ9.e30.x' };
    expect((await api.get('/me', old)).json()).toMatchObject({ code: 'unauthenticated' });
    const reply = await api.post('/auth/login', { email: OWNER.email, password: OWNER.password }, old);
    expect(reply.cookies.find(({ name }) => name === 'tokengrip_session')?.value).toBe('');
  });
});
