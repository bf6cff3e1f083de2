import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'Ada@Example.com', name: 'Ada', password: 'a long enough password', timeZone: 'Asia/Kathmandu' };

describe('accounts', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('is waiting for its owner at first', async () => {
    expect((await api.get('/status')).json()).toMatchObject({
      setupRequired: true,
      cookieSecure: true,
      airGapped: false,
    });
    expect((await api.get('/me')).statusCode).toBe(401);
  });

  it('names every field of a bad set-up', async () => {
    const reply = await api.post('/auth/setup', { email: 'nonsense', password: 'short' });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'invalid_request' });
    expect(
      reply
        .json()
        .errors.map(({ field }: { field: string }) => field)
        .sort(),
    ).toEqual(['email', 'name', 'password']);
  });

  it('refuses a time zone that does not exist', async () => {
    const reply = await api.post('/auth/setup', { ...OWNER, timeZone: 'Mars/Olympus' });
    expect(reply.json().errors).toMatchObject([{ field: 'timeZone' }]);
  });

  it('gives the installation to the first account, once, however close the race', async () => {
    const replies = await Promise.all([
      api.post('/auth/setup', OWNER),
      api.post('/auth/setup', { ...OWNER, email: 'eve@example.com' }),
    ]);
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
    const { rows } = await sql`select from users`.execute(api.database.owner);
    expect(rows).toHaveLength(1);
    expect((await api.get('/status')).json()).toMatchObject({ setupRequired: false });
  });

  it('keeps the session in a cookie that no script and no other site can use', async () => {
    const { rows } = await sql<{ email: string }>`select email from users`.execute(api.database.owner);
    const email = rows[0]?.email ?? '';
    const reply = await api.post('/auth/login', { email: email.toUpperCase(), password: OWNER.password });
    expect(reply.statusCode).toBe(200);
    const safe = { httpOnly: true, secure: true, sameSite: 'Strict' };
    expect(reply.cookies).toMatchObject([
      { name: 'tokengrip_access', path: '/api', maxAge: 600, ...safe },
      { name: 'tokengrip_refresh', path: '/api/v1/auth/refresh', maxAge: 30 * 86_400, ...safe },
      { name: 'tokengrip_device', path: '/api/v1/auth', ...safe },
    ]);
    api.signIn(reply);
    expect((await api.get('/me')).json()).toMatchObject({
      user: { email },
      organization: { name: 'My organization', timeZone: 'Asia/Kathmandu' },
      role: 'owner',
      projects: [{ name: 'Default', demo: false, captureContent: false }],
    });
  });

  it('says the same of a wrong password and of an unknown address', async () => {
    const wrong = await api.post('/auth/login', { email: OWNER.email, password: 'wrong' });
    const unknown = await api.post('/auth/login', { email: 'nobody@example.com', password: 'wrong' });
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect({ ...wrong.json(), requestId: '' }).toEqual({ ...unknown.json(), requestId: '' });
  });

  it('refuses writes that come from another site', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const reply = await api.post('/auth/login', OWNER, headers);
      expect([reply.statusCode, reply.json().code]).toEqual([403, 'forbidden']);
    }
    const own = { origin: 'http://tokengrip.test', host: 'tokengrip.test' };
    expect((await api.post('/auth/login', OWNER, own)).statusCode).not.toBe(403);
  });

  it('limits attempts to log in by address', async () => {
    const network = `203.0.${Math.floor(Math.random() * 256)}`;
    const from = { 'x-forwarded-for': `${network}.9` };
    const statuses: number[] = [];
    for (let i = 0; i < 22; i += 1) statuses.push((await api.post('/auth/login', {}, from)).statusCode);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    const reply = await api.post('/auth/login', {}, from);
    expect(reply.json()).toMatchObject({ code: 'rate_limited' });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await api.post('/auth/login', {}, { 'x-forwarded-for': `${network}.10` })).statusCode).toBe(400);
  });
});

describe('projects and keys', () => {
  let api: TestApi;
  let projectId: number;

  beforeAll(async () => {
    api = await startTestApi();
    api.signIn(await api.post('/auth/setup', OWNER));
    projectId = (await api.get('/me')).json().projects[0].id;
  });
  afterAll(() => api.close());

  it('shows a key once, lists it by its prefix, and ends it', async () => {
    const created = await api.post(`/projects/${projectId}/keys`, { name: 'Backend' });
    expect(created.statusCode).toBe(201);
    const { key, secret } = created.json();
    expect(secret).toMatch(/^tgk_[0-9A-Za-z]{40}$/);
    const listed = await api.get(`/projects/${projectId}/keys`);
    expect(listed.json().keys).toEqual([{ ...key, prefix: secret.slice(0, 10), lastUsedAt: null, revokedAt: null }]);
    expect(listed.body).not.toContain(secret);
    const { rows } = await sql<{ text: string }>`select api_keys::text as text from api_keys`.execute(
      api.database.owner,
    );
    expect(rows[0]?.text).not.toContain(secret);
    expect((await api.delete(`/projects/${projectId}/keys/${key.id}`)).statusCode).toBe(204);
    expect((await api.get(`/projects/${projectId}/keys`)).json().keys[0].revokedAt).not.toBeNull();
    expect((await api.delete(`/projects/${projectId}/keys/999`)).statusCode).toBe(404);
  });

  it('makes, renames and opens projects, and refuses a name that is taken at its field', async () => {
    const { id } = (await api.post('/projects', { name: 'Research' })).json();
    const taken = await api.post('/projects', { name: ' Research ' });
    expect([taken.statusCode, taken.json().errors[0].field]).toEqual([409, 'name']);
    const changed = await api.patch(`/projects/${id}`, { captureContent: true });
    expect(changed.json()).toMatchObject({ id, name: 'Research', captureContent: true });
    expect((await api.patch('/projects/999', { name: 'x' })).statusCode).toBe(404);
    expect((await api.patch(`/projects/${id}`, { nmae: 'x' })).json().errors).toEqual([
      { field: 'nmae', message: 'is not known here' },
    ]);
  });

  it('refuses what a role may not do', async () => {
    await sql`update memberships set role = 'viewer'`.execute(api.database.owner);
    expect((await api.post(`/projects/${projectId}/keys`, { name: 'no' })).statusCode).toBe(403);
    expect((await api.post('/projects', { name: 'no' })).statusCode).toBe(403);
    await sql`update memberships set role = 'owner'`.execute(api.database.owner);
  });
});
