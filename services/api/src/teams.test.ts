import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const PASSWORD = 'a long enough password';
const OWNER = { email: 'ada@example.com', name: 'Ada', password: PASSWORD, timeZone: 'UTC' };

/** The secret in a link. */
const tokenOf = (reply: { json(): { path: string } }) => reply.json().path.split('#token=')[1] ?? '';

/** Invites somebody and lets them in with a new account, in a browser of their own; returns it, and leaves it. */
async function join(api: TestApi, email: string, role: string) {
  const token = tokenOf(await api.post('/invitations', { email, role }));
  const back = api.newBrowser();
  const reply = await api.post('/auth/invitation/accept', { token, name: email, password: PASSWORD });
  api.signIn(reply);
  const { id } = reply.json().me.user as { id: number };
  const cookies = api.cookies();
  back();
  return { id, cookies };
}

describe('invitations and members', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '1000' });
    api.signIn(await api.post('/auth/setup', OWNER));
  });
  afterAll(() => api.close());

  it('lets the invited person in, once, and keeps no link and no address afterwards', async () => {
    const created = await api.post('/invitations', { email: 'Bob@Example.com', role: 'member' });
    expect(created.json()).toMatchObject({ invitation: { email: 'bob@example.com', role: 'member' }, mailed: false });
    const token = tokenOf(created);
    const { rows } = await sql<{ text: string }>`select invitations::text as text from invitations`.execute(
      api.database.owner,
    );
    expect(rows[0]?.text).not.toContain(token);
    expect((await api.post('/invitations', { email: 'bob@example.com', role: 'viewer' })).json()).toMatchObject({
      code: 'conflict',
      errors: [{ field: 'email' }],
    });
    const back = api.newBrowser();
    expect((await api.post('/auth/invitation', { token })).json()).toMatchObject({
      organizationName: 'My organization',
      email: 'bob@example.com',
      hasAccount: false,
    });
    const replies = await Promise.all(
      [1, 2].map(() => api.post('/auth/invitation/accept', { token, name: 'Bob', password: PASSWORD })),
    );
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404]);
    back();
    expect((await api.get('/members')).json().members).toMatchObject([
      { name: 'Ada', role: 'owner' },
      { name: 'Bob', role: 'member', email: 'bob@example.com' },
    ]);
    expect((await sql`select from invitations`.execute(api.database.owner)).rows).toEqual([]);
  });

  it('ends a link after seven days, when it is withdrawn, and when another is sent', async () => {
    const first = await api.post('/invitations', { email: 'late@example.com', role: 'viewer' });
    const { id } = first.json().invitation;
    const second = await api.post(`/invitations/${id}/resend`);
    expect((await api.post('/auth/invitation', { token: tokenOf(first) })).statusCode).toBe(404);
    expect((await api.post('/auth/invitation', { token: tokenOf(second) })).statusCode).toBe(200);
    await sql`update invitations set expires_at = created_at`.execute(api.database.owner);
    expect((await api.post('/auth/invitation', { token: tokenOf(second) })).statusCode).toBe(404);
    const third = await api.post(`/invitations/${id}/resend`);
    expect((await api.delete(`/invitations/${id}`)).statusCode).toBe(204);
    expect((await api.post('/auth/invitation', { token: tokenOf(third) })).statusCode).toBe(404);
  });

  it('is for the address that was invited: not for whoever is logged in, nor with another password', async () => {
    await join(api, 'cleo@example.com', 'viewer');
    await sql`delete from memberships where user_id = (select id from users where email = 'cleo@example.com')`.execute(
      api.database.owner,
    );
    const token = tokenOf(await api.post('/invitations', { email: 'cleo@example.com', role: 'viewer' }));
    expect((await api.post('/auth/invitation/accept', { token })).json().code).toBe('forbidden');
    const back = api.newBrowser();
    const wrong = await api.post('/auth/invitation/accept', { token, name: 'Eve', password: 'another password' });
    expect(wrong.json().code).toBe('wrong_credentials');
    const right = await api.post('/auth/invitation/accept', { token, password: PASSWORD });
    // What else a log-in asks for is asked for by the log-in.
    expect([right.statusCode, right.json(), right.cookies]).toEqual([200, {}, []]);
    back();
  });

  it('lets nobody give or take a role above their own', async () => {
    const admin = await join(api, 'admin@example.com', 'admin');
    const as = { cookie: admin.cookies.cookie ?? '' };
    expect((await api.post('/invitations', { email: 'x@example.com', role: 'owner' }, as)).statusCode).toBe(403);
    const { members } = (await api.get('/members')).json();
    const owner = members.find(({ role }: { role: string }) => role === 'owner');
    const request = (method: 'PATCH' | 'DELETE', userId: number, payload?: object) =>
      api.server.inject({
        method,
        url: `/api/v1/members/${userId}`,
        headers: { 'x-forwarded-for': api.address, ...as },
        ...(payload ? { payload } : {}),
      });
    expect((await request('PATCH', owner.userId, { role: 'viewer' })).statusCode).toBe(403);
    expect((await request('PATCH', admin.id, { role: 'owner' })).statusCode).toBe(403);
    expect((await request('DELETE', owner.userId)).statusCode).toBe(403);
  });

  it('always has an owner, however two go at once', async () => {
    const { members } = (await api.get('/members')).json();
    const ada = members[0].userId;
    expect((await api.patch(`/members/${ada}`, { role: 'admin' })).json().code).toBe('sole_owner');
    expect((await api.delete(`/members/${ada}`)).json().code).toBe('sole_owner');
    const second = await join(api, 'second@example.com', 'owner');
    const as = { cookie: second.cookies.cookie ?? '' };
    const leave = (userId: number, headers: Record<string, string>) =>
      api.server.inject({
        method: 'PATCH',
        url: `/api/v1/members/${userId}`,
        headers: { 'x-forwarded-for': api.address, ...headers },
        payload: { role: 'admin' },
      });
    const replies = await Promise.all([leave(ada, { cookie: api.cookies().cookie ?? '' }), leave(second.id, as)]);
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    await sql`update memberships set role = 'owner' where user_id = ${ada}`.execute(api.database.owner);
    await sql`update memberships set role = 'admin' where user_id = ${second.id}`.execute(api.database.owner);
  });

  it('hands the organization over, to a member alone, and by an owner alone', async () => {
    const heir = await join(api, 'heir@example.com', 'viewer');
    const as = { cookie: heir.cookies.cookie ?? '' };
    expect((await api.post('/organization/transfer', { userId: heir.id }, as)).statusCode).toBe(403);
    expect((await api.post('/organization/transfer', { userId: 99_999 })).statusCode).toBe(404);
    const me = await api.post('/organization/transfer', { userId: heir.id });
    expect(me.json()).toMatchObject({ role: 'admin' });
    expect(me.json().permissions).not.toContain('organization.delete');
    expect((await api.get('/me', as)).json()).toMatchObject({ role: 'owner' });
    expect((await api.post('/organization/transfer', { userId: heir.id })).statusCode).toBe(403);
    const ada = (await api.get('/me')).json().user.id;
    await api.post('/organization/transfer', { userId: ada }, as);
  });

  it('deletes the account of whoever then belongs nowhere, and of nobody else', async () => {
    const gone = await join(api, 'gone@example.com', 'member');
    expect((await api.delete(`/members/${gone.id}`)).statusCode).toBe(204);
    const left = await sql`select from users where id = ${gone.id}`.execute(api.database.owner);
    expect(left.rows).toEqual([]);
    const stays = await join(api, 'stays@example.com', 'member');
    await sql`insert into organizations (id, name) values (900, 'Elsewhere');
      insert into memberships (organization_id, user_id, role) select 900, id, 'viewer' from users where email = 'stays@example.com'`.execute(
      api.database.owner,
    );
    await api.delete(`/members/${stays.id}`);
    const me = await api.get('/me', { cookie: stays.cookies.cookie ?? '' });
    expect(me.json()).toMatchObject({ organization: { id: 900 }, role: 'viewer' });
  });
});

describe('several organizations', () => {
  let api: TestApi;
  let first: number;
  let second: number;

  beforeAll(async () => {
    api = await startTestApi();
    api.signIn(await api.post('/auth/setup', OWNER));
    first = (await api.get('/me')).json().organization.id;
  });
  afterAll(() => api.close());

  it('acts for the one that is current, or that a request names', async () => {
    const created = await api.post('/organizations', { name: 'Second', timeZone: 'Europe/Berlin' });
    expect(created.statusCode).toBe(201);
    second = created.json().organization.id;
    expect((await api.get('/me')).json()).toMatchObject({ organization: { id: second, timeZone: 'Europe/Berlin' } });
    const named = await api.get('/me', { 'x-tokengrip-organization': String(first) });
    expect(named.json().organization.id).toBe(first);
    expect((await api.get('/organizations')).json().organizations).toMatchObject([
      { id: first, current: false },
      { id: second, current: true, role: 'owner' },
    ]);
    await api.post('/organization/switch', { organizationId: first });
    expect((await api.get('/me')).json().organization.id).toBe(first);
  });

  it('is nobody else’s: neither by switching nor by naming', async () => {
    await sql`insert into organizations (id, name) values (901, 'Strangers')`.execute(api.database.owner);
    expect((await api.post('/organization/switch', { organizationId: 901 })).statusCode).toBe(404);
    expect((await api.get('/usage', { 'x-tokengrip-organization': '901' })).statusCode).toBe(404);
    expect((await api.get('/me', { 'x-tokengrip-organization': 'all' })).statusCode).toBe(400);
  });
});

describe('keys and tokens', () => {
  let api: TestApi;
  let projectId: number;
  const PERIOD = 'from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z';
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}`, cookie: '' });

  beforeAll(async () => {
    api = await startTestApi({ API_READS_PER_MINUTE: '20' });
    api.signIn(await api.post('/auth/setup', OWNER));
    projectId = (await api.get('/me')).json().projects[0].id;
  });
  afterAll(() => api.close());

  it('lists the keys of a project to those whose it is, and to others there is none', async () => {
    await sql`insert into organizations (id, name) values (98, 'Other');
      insert into projects (id, organization_id, name) values (980, 98, 'Theirs')`.execute(api.database.owner);
    expect((await api.get(`/projects/${projectId}/keys`)).json()).toMatchObject({ keys: [] });
    for (const id of [980, 2_147_483_647]) expect((await api.get(`/projects/${id}/keys`)).statusCode).toBe(404);
  });

  it('reads by a personal token what its person may read, and nothing else', async () => {
    const created = await api.post('/tokens', { name: 'Report' });
    const { secret, token } = created.json();
    expect(secret).toMatch(/^tgp_[0-9A-Za-z]{40}$/);
    expect((await api.get('/tokens')).body).not.toContain(secret);
    expect((await api.get(`/usage?${PERIOD}`, bearer(secret))).statusCode).toBe(200);
    expect((await api.get('/prices/catalog', bearer(secret))).statusCode).toBe(200);
    for (const path of ['/me', '/account', '/audit-log', '/tokens', '/invitations']) {
      expect((await api.get(path, bearer(secret))).json().code, path).toBe('insufficient_scope');
    }
    expect((await api.post('/projects', { name: 'x' }, bearer(secret))).json().code).toBe('insufficient_scope');
    expect((await api.get('/tokens')).json().tokens[0].lastUsedAt).not.toBeNull();
    await api.delete(`/tokens/${token.id}`);
    expect((await api.get(`/usage?${PERIOD}`, bearer(secret))).statusCode).toBe(401);
  });

  it('ends a token when its time is over', async () => {
    const soon = new Date(api.clock.now().getTime() + 60_000).toISOString();
    const { secret } = (await api.post('/tokens', { name: 'Short', expiresAt: soon })).json();
    expect((await api.get('/activity', bearer(secret))).statusCode).toBe(200);
    api.pass(60_000);
    expect((await api.get('/activity', bearer(secret))).statusCode).toBe(401);
    const past = await api.post('/tokens', { name: 'x', expiresAt: '2020-01-01T00:00:00Z' });
    expect(past.json().errors[0].field).toBe('expiresAt');
  });

  it('shows a read key its project alone', async () => {
    const other = (await api.post('/projects', { name: 'Other' })).json().id;
    const { secret } = (await api.post(`/projects/${projectId}/keys`, { name: 'Reader', scopes: ['read'] })).json();
    await sql`insert into usage_15m (project_id, bucket, key_id, provider, model, feature, environment, service_tier, status,
        calls, unpriced_calls, unreadable_calls, approximate_calls, total_pico_usd)
      select p, '2026-08-01T10:00:00Z', 1, 'openai', 'm', '', '', '', 'ok', p, 0, 0, 0, 0
      from unnest(array[${projectId}::integer, ${other}::integer]) as p`.execute(api.database.owner);
    const reply = await api.get(`/usage?${PERIOD}&metrics=calls`, bearer(secret));
    expect(reply.statusCode).toBe(200);
    expect(JSON.stringify(reply.json())).toContain(`"calls":${projectId}`);
    expect((await api.get(`/usage?${PERIOD}&projectId=${other}`, bearer(secret))).statusCode).toBe(404);
    expect((await api.get('/members', bearer(secret))).json().code).toBe('insufficient_scope');
    const { secret: sender } = (await api.post(`/projects/${projectId}/keys`, { name: 'Sender' })).json();
    expect((await api.get(`/usage?${PERIOD}`, bearer(sender))).json().code).toBe('insufficient_scope');
  });

  it('counts what a token reads', async () => {
    const { secret } = (await api.post('/tokens', { name: 'Busy' })).json();
    const statuses: number[] = [];
    for (let i = 0; i < 21; i += 1) statuses.push((await api.get('/activity', bearer(secret))).statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });

  it('rotates a key with an overlap', async () => {
    const { key } = (await api.post(`/projects/${projectId}/keys`, { name: 'Old', scopes: ['ingest', 'read'] })).json();
    const rotated = await api.post(`/projects/${projectId}/keys/${key.id}/rotate`, { overlapHours: 24 });
    expect(rotated.statusCode).toBe(201);
    expect(rotated.json().key).toMatchObject({ name: 'Old', scopes: ['ingest', 'read'], expiresAt: null });
    const { keys } = (await api.get(`/projects/${projectId}/keys`)).json();
    const old = keys.find(({ id }: { id: number }) => id === key.id);
    expect(Date.parse(old.expiresAt) - api.clock.now().getTime()).toBe(24 * 3_600_000);
    await api.delete(`/projects/${projectId}/keys/${key.id}`);
    const again = await api.post(`/projects/${projectId}/keys/${key.id}/rotate`, { overlapHours: 1 });
    expect(again.json().code).toBe('conflict');
  });
});

describe('the audit log', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi({ AUTH_ATTEMPTS_PER_MINUTE: '1000' });
    api.signIn(await api.post('/auth/setup', OWNER));
  });
  afterAll(() => api.close());

  it('says who changed what, from where, and what it was before; and pages', async () => {
    const { id } = (await api.post('/projects', { name: 'Research' })).json();
    await api.patch(`/projects/${id}`, { name: 'Development' });
    const { key, secret } = (await api.post(`/projects/${id}/keys`, { name: 'Backend' })).json();
    await api.delete(`/projects/${id}/keys/${key.id}`);
    const { lines } = (await api.get('/audit-log')).json();
    expect(lines.map(({ action }: { action: string }) => action)).toEqual([
      'key.revoked',
      'key.created',
      'project.changed',
      'project.created',
    ]);
    expect(lines[2]).toMatchObject({
      actor: { kind: 'user', name: 'Ada', address: api.address },
      target: { kind: 'project', id, name: 'Development' },
      before: { name: 'Research' },
      after: { name: 'Development' },
    });
    expect(JSON.stringify(lines)).not.toContain(secret);
    const page = (await api.get('/audit-log?action=key&limit=1')).json();
    const next = (await api.get(`/audit-log?action=key&limit=1&cursor=${page.nextCursor}`)).json();
    expect([page.lines[0].action, next.lines[0].action, next.nextCursor]).toEqual(['key.revoked', 'key.created', null]);
  });

  it('is filtered by person, action and period, and says which actions there are', async () => {
    const { id, cookies } = await join(api, 'second@example.com', 'admin');
    await api.post('/projects', { name: 'Of the second' }, { cookie: cookies.cookie ?? '' });
    const actions = async (query: string) =>
      (await api.get(`/audit-log?${query}`)).json().lines.map(({ action }: { action: string }) => action);
    expect(await actions(`userId=${id}&action=project`)).toEqual(['project.created']);
    expect(await actions(`userId=${id}&action=key`)).toEqual([]);
    expect(await actions('action=project.created')).toHaveLength(2);
    expect((await api.get('/audit-log/actions')).json().actions).toEqual(
      expect.arrayContaining(['key.created', 'member.joined', 'project.created']),
    );
    const [newest] = (await api.get('/audit-log')).json().lines;
    expect(await actions(`from=${newest.at}`)).toEqual(['project.created']);
    expect((await actions(`to=${newest.at}`))[0]).toBe('member.joined');
  });

  it('writes nothing when the change is not made', async () => {
    const before = (await api.get('/audit-log')).json().lines.length;
    expect((await api.post('/projects', { name: 'Development' })).statusCode).toBe(409);
    expect((await api.get('/audit-log')).json().lines.length).toBe(before);
  });

  it('is changed by nobody', async () => {
    for (const statement of [sql`update audit_log set action = 'x'`, sql`delete from audit_log`]) {
      await expect(statement.execute(api.database.as('api'))).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('keeps what a person did, and nothing of the person, when their account is deleted', async () => {
    const { id, cookies } = await join(api, 'temp-person@example.com', 'admin');
    const as = { cookie: cookies.cookie ?? '' };
    await api.post('/projects', { name: 'Made by a guest' }, as);
    await api.post('/tokens', { name: 'Guest token' }, as);
    const remove = (currentPassword: string) =>
      api.server.inject({
        method: 'DELETE',
        url: '/api/v1/account',
        headers: { 'x-forwarded-for': api.address, ...as },
        payload: { currentPassword },
      });
    expect((await remove('wrong')).json().errors[0].field).toBe('currentPassword');
    expect((await remove(PASSWORD)).statusCode).toBe(204);
    const { rows: tables } = await sql<{ name: string }>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`.execute(
      api.database.owner,
    );
    for (const { name } of tables) {
      const { rows } = await sql`select from ${sql.id(name)} as t where t::text like '%temp-person%'`.execute(
        api.database.owner,
      );
      expect(rows, name).toEqual([]);
    }
    for (const name of ['sessions', 'refresh_tokens', 'memberships', 'personal_tokens']) {
      const { rows } = await sql`select from ${sql.id(name)} where user_id = ${id}`.execute(api.database.owner);
      expect(rows, name).toEqual([]);
    }
    expect((await api.get('/me', as)).statusCode).toBe(401);
    const { lines } = (await api.get('/audit-log?action=project.created')).json();
    expect(lines[0]).toMatchObject({
      actor: { kind: 'user', id: null, name: null, address: null },
      after: { name: 'Made by a guest' },
    });
  });

  it('keeps the account of a sole owner, and says what they own', async () => {
    const reply = await api.delete('/account', { currentPassword: PASSWORD });
    expect(reply.statusCode).toBe(409);
    expect(reply.json()).toMatchObject({
      code: 'sole_owner',
      errors: [{ message: expect.stringContaining('My organization') }],
    });
    expect((await api.get('/me')).statusCode).toBe(200);
  });
});
