import { MINUTE } from '@tokengrip/core/clock';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';
import { startTestProvider, type TestPerson, type TestProvider } from './testing-provider.ts';

const PASSWORD = 'a long enough password';
const OWNER = { email: 'owner@example.com', name: 'Owner', password: PASSWORD };
const PUBLIC_URL = 'https://tokengrip.test';
const CALLBACK = `${PUBLIC_URL}/api/v1/auth/openid/callback`;

let provider: TestProvider;
let api: TestApi;

const somebody = (name: string, more: Partial<TestPerson> = {}): TestPerson => ({
  sub: `subject of ${name}`,
  email: `${name}@example.com`,
  email_verified: true,
  name,
  ...more,
});

beforeAll(async () => {
  provider = await startTestProvider(CALLBACK);
});
afterAll(() => provider.close());

async function startWith(env: Record<string, string> = {}): Promise<void> {
  api = await startTestApi({ PUBLIC_URL, AUTH_ATTEMPTS_PER_MINUTE: '1000', ...provider.env, ...env });
}
afterEach(async () => {
  provider.refuse(false);
  await api.close();
});

const callback = (address: URL) => api.get(`/auth/openid/callback${address.search}`);

/** What the page is told, and which page it is. */
function told(reply: { statusCode: number; headers: Record<string, unknown> }): Record<string, string> {
  expect(reply.statusCode).toBe(303);
  const [page = '', hash = ''] = String(reply.headers.location).split('#');
  return { page, ...Object.fromEntries(new URLSearchParams(hash)) };
}

/** Up to the provider, and what it sends the browser back with. */
async function goThere(body: object = {}): Promise<URL> {
  const reply = await api.post('/auth/openid/start', body);
  expect(reply.statusCode).toBe(200);
  api.signIn(reply);
  return provider.visit(reply.json().url);
}

/** The whole way in a new browser, as this person. */
async function come(person: TestPerson, body: object = {}) {
  api.newBrowser();
  provider.is(person);
  const reply = await callback(await goThere(body));
  api.signIn(reply);
  return told(reply);
}

const me = async () => (await api.get('/me')).json().user?.email;
const confirmOwner = () => sql`update users set email_confirmed_at = now()`.execute(api.database.owner);
const count = async (table: string) =>
  Number((await sql<{ n: bigint }>`select count(*) as n from ${sql.id(table)}`.execute(api.database.owner)).rows[0]?.n);

describe('where nothing is set up', () => {
  beforeEach(async () => {
    api = await startTestApi();
  });

  it('there is no single sign-on, and nobody is asked', async () => {
    expect((await api.get('/status')).json().openId).toBeNull();
    expect((await api.post('/auth/openid/start', {})).statusCode).toBe(404);
    expect(told(await api.get('/auth/openid/callback?code=a&state=b'))).toEqual({ page: '/login', problem: 'expired' });
  });
});

describe('single sign-on', () => {
  beforeEach(async () => {
    await startWith();
    api.signIn(await api.post('/auth/setup', OWNER));
  });

  it('says what the button is called', async () => {
    expect((await api.get('/status')).json().openId).toEqual({ name: 'Example ID' });
  });

  it('lets an owner in whose address was confirmed here and there, and knows them by their subject from then on', async () => {
    await confirmOwner();
    expect(await come(somebody('owner'), { redirect: '/records?status=error' })).toEqual({
      page: '/login',
      openid: 'entered',
      redirect: '/records?status=error',
    });
    expect(await me()).toBe(OWNER.email);
    expect(await come(somebody('owner', { email: 'renamed@example.com', email_verified: false }))).toMatchObject({
      openid: 'entered',
    });
    expect(await me()).toBe(OWNER.email);
    expect((await api.get('/account')).json()).toMatchObject({
      hasPassword: true,
      openId: { since: expect.any(String) },
    });
    const { rows } = await sql<{ text: string }>`select i::text as text from openid_identities i`.execute(
      api.database.owner,
    );
    expect(rows[0]?.text).not.toContain('subject of owner');
  });

  it('asks for a code of the redirected browser in a cookie that no script reads and no other path gets', async () => {
    const reply = await api.post('/auth/openid/start', {});
    expect(reply.cookies).toMatchObject([
      {
        name: 'tokengrip_openid',
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
        path: '/api/v1/auth/openid',
        maxAge: 600,
      },
    ]);
    const query = new URL(reply.json().url).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('redirect_uri')).toBe(CALLBACK);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)?.length, name).toBeGreaterThan(30);
    expect(reply.cookies[0]?.value).not.toContain(query.get('state'));
  });

  it('does not give an account to whoever has its address at the provider, while it was never confirmed here', async () => {
    expect(await come(somebody('owner'))).toEqual({ page: '/login', problem: 'confirm_first' });
    expect(await count('openid_identities')).toBe(0);
    expect(await me()).toBeUndefined();
  });

  it('does not give an account to whoever only claims its address', async () => {
    await confirmOwner();
    expect(await come(somebody('owner', { email_verified: false }))).toEqual({
      page: '/login',
      problem: 'email_unverified',
    });
    expect(await count('openid_identities')).toBe(0);
  });

  it('does not give an account to a second person who got its address at the provider', async () => {
    await confirmOwner();
    await come(somebody('owner'));
    expect(await come(somebody('owner', { sub: 'the next one with that address' }))).toEqual({
      page: '/login',
      problem: 'linked_elsewhere',
    });
  });

  it('links the account of whoever is logged in, with the password, and unlinks it', async () => {
    provider.is(somebody('elsewhere', { email: 'quite@different.test', email_verified: false }));
    expect((await api.post('/account/openid/link', { currentPassword: 'wrong' })).statusCode).toBe(400);
    const begun = await api.post('/account/openid/link', { currentPassword: PASSWORD });
    api.signIn(begun);
    const back = await callback(await provider.visit(begun.json().url));
    expect(told(back)).toEqual({ page: '/settings/account', openid: 'linked' });
    expect(await come(somebody('elsewhere', { email_verified: false }))).toMatchObject({ openid: 'entered' });
    expect(await me()).toBe(OWNER.email);
    expect((await api.post('/account/openid/unlink', { currentPassword: 'wrong' })).statusCode).toBe(400);
    expect((await api.post('/account/openid/unlink', { currentPassword: PASSWORD })).statusCode).toBe(204);
    expect((await api.get('/account')).json().openId).toBeNull();
    expect(await come(somebody('elsewhere', { email_verified: false }))).toMatchObject({ problem: 'email_unverified' });
  });

  it('no longer opens the account by what was linked before the password was reset', async () => {
    const begun = await api.post('/account/openid/link', { currentPassword: PASSWORD });
    api.signIn(begun);
    provider.is(somebody('elsewhere', { email_verified: false }));
    expect(told(await callback(await provider.visit(begun.json().url)))).toMatchObject({ openid: 'linked' });
    const owner = (await api.get('/me')).json().user.id;
    const link = await api.post(`/members/${owner}/reset-link`, { currentPassword: PASSWORD });
    const token = link.json().path.split('#token=')[1];
    expect((await api.post('/auth/reset', { token, password: PASSWORD })).statusCode).toBe(204);
    expect(await come(somebody('elsewhere', { email_verified: false }))).toMatchObject({ problem: 'email_unverified' });
  });

  it('does not link the account of a session that was ended meanwhile', async () => {
    const begun = await api.post('/account/openid/link', { currentPassword: PASSWORD });
    api.signIn(begun);
    const address = await provider.visit(begun.json().url);
    await api.post('/auth/logout');
    expect(told(await callback(address))).toEqual({ page: '/settings/account', problem: 'expired' });
    expect(await count('openid_identities')).toBe(0);
  });

  it('makes no account without an invitation', async () => {
    expect(await come(somebody('bob'))).toEqual({ page: '/login', problem: 'no_account' });
    expect(await count('users')).toBe(1);
  });

  it('lets in who is invited, without a password, which the reset link sets', async () => {
    const invite = async (email: string) =>
      (await api.post('/invitations', { email, role: 'member' })).json().path.split('#token=')[1];
    const invitation = await invite('bob@example.com');
    const back = api.newBrowser();
    expect(await come(somebody('eve'), { invitation })).toEqual({ page: '/login', problem: 'other_address' });
    expect(await come(somebody('bob'), { invitation })).toMatchObject({ openid: 'entered', redirect: '/' });
    expect((await api.get('/me')).json()).toMatchObject({ user: { name: 'bob' }, role: 'member' });
    expect((await api.get('/account')).json()).toMatchObject({ hasPassword: false });
    const guess = await api.post('/account/openid/unlink', { currentPassword: 'anything' });
    expect([guess.statusCode, guess.json().errors[0].field]).toEqual([400, 'currentPassword']);
    const bobs = (await api.get('/me')).json().user.id;
    back();
    const link = await api.post(`/members/${bobs}/reset-link`, { currentPassword: PASSWORD });
    const token = link.json().path.split('#token=')[1];
    expect((await api.post('/auth/reset', { token, password: PASSWORD })).statusCode).toBe(204);
    api.newBrowser();
    const entered = await api.post('/auth/login', { email: 'bob@example.com', password: PASSWORD });
    expect(entered.statusCode).toBe(200);
    api.signIn(entered);
    expect((await api.get('/account')).json()).toMatchObject({ hasPassword: true });
    expect((await api.post('/account/openid/unlink', { currentPassword: PASSWORD })).statusCode).toBe(204);
    expect(await come(somebody('bob'), { invitation })).toMatchObject({ openid: 'entered' });
  });

  it('refuses another state, another nonce and another verifier than it gave', async () => {
    await confirmOwner();
    provider.is(somebody('owner'));
    const address = await goThere();
    const tampered = new URL(address);
    tampered.searchParams.set('state', 'something else');
    expect(told(await callback(tampered))).toMatchObject({ problem: 'expired' });
    // The provider is asked with another nonce, or another challenge, than this browser was given.
    for (const [name, value] of [
      ['nonce', 'a nonce of somebody else'],
      ['code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
    ] as const) {
      const begun = await api.post('/auth/openid/start', {});
      api.signIn(begun);
      const there = new URL(begun.json().url);
      there.searchParams.set(name, value);
      expect(told(await callback(await provider.visit(there.href))), name).toEqual({
        page: '/login',
        problem: 'provider_failed',
      });
    }
    expect(await count('openid_identities')).toBe(0);
  });

  it('finishes only in the browser that began, once, and within ten minutes', async () => {
    await confirmOwner();
    provider.is(somebody('owner'));
    const address = await goThere();
    const back = api.newBrowser();
    expect(told(await callback(address))).toEqual({ page: '/login', problem: 'expired' });
    back();
    expect(told(await callback(address))).toMatchObject({ openid: 'entered' });
    // The cookie is still there for whoever has kept it; the code is not worth anything any more.
    expect(told(await callback(address))).toEqual({ page: '/login', problem: 'provider_failed' });
    const late = await goThere();
    api.pass(10 * MINUTE);
    expect(told(await callback(late))).toEqual({ page: '/login', problem: 'expired' });
  });

  it('leads back to the page when the person or the provider says no', async () => {
    provider.refuse(true);
    expect(await come(somebody('owner'))).toEqual({ page: '/login', problem: 'cancelled' });
  });

  it('goes to no other site afterwards', async () => {
    for (const redirect of ['https://evil.test', '//evil.test', '/\\evil.test', '/a\n/b']) {
      expect((await api.post('/auth/openid/start', { redirect })).statusCode, redirect).toBe(400);
    }
  });
});

describe('a second factor', () => {
  const withFactor = async () => {
    api.signIn(await api.post('/auth/setup', OWNER));
    await confirmOwner();
    await sql`insert into second_factors (user_id, sealed_secret, confirmed_at) select id, 'x', now() from users`.execute(
      api.database.owner,
    );
  };

  it('is asked for after the provider, too, whatever it says', async () => {
    await startWith();
    await withFactor();
    const entry = await come(somebody('owner', { amr: ['pwd', 'mfa'] }), { redirect: '/budgets' });
    expect(entry).toEqual({ page: '/login', challenge: expect.any(String), redirect: '/budgets' });
    expect(await me()).toBeUndefined();
    const wrong = await api.post('/auth/two-factor', { challenge: entry.challenge, code: 'aaaa-aaaa-aaaa-aaaa' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'wrong_credentials']);
  });

  it('is left out where the operator believes the provider, and it has asked for one', async () => {
    await startWith({ OPENID_TRUST_MFA: 'true' });
    await withFactor();
    expect(await come(somebody('owner', { amr: ['pwd'] }))).toHaveProperty('challenge');
    expect(await come(somebody('owner', { amr: ['pwd', 'mfa'] }))).toMatchObject({ openid: 'entered' });
  });
});

describe('how accounts are made', () => {
  it('makes the first one the owner of the installation', async () => {
    await startWith();
    expect(await come(somebody('first'), { timeZone: 'Europe/Berlin' })).toMatchObject({ openid: 'entered' });
    expect((await api.get('/me')).json()).toMatchObject({
      user: { email: 'first@example.com', name: 'first' },
      organization: { timeZone: 'Europe/Berlin' },
      role: 'owner',
    });
    expect(await come(somebody('second'))).toMatchObject({ problem: 'no_account' });
  });

  it('gives everybody an organization of their own where registration is open', async () => {
    await startWith({ OPEN_REGISTRATION: 'true' });
    await come(somebody('first'));
    expect(await come(somebody('second'))).toMatchObject({ openid: 'entered' });
    expect((await api.get('/me')).json()).toMatchObject({ user: { email: 'second@example.com' }, role: 'owner' });
    expect(await count('organizations')).toBe(2);
  });

  it('keeps out whose address is of no domain that may come', async () => {
    await startWith({ OPEN_REGISTRATION: 'true', OPENID_ALLOWED_DOMAINS: 'Example.com, example.org' });
    expect(await come(somebody('ok'))).toMatchObject({ openid: 'entered' });
    for (const email of ['eve@evil.test', 'eve@sub.example.com', 'eve@example.com@evil.test']) {
      expect(await come(somebody('eve', { email })), email).toMatchObject({ problem: 'domain_not_allowed' });
    }
    expect(await come(somebody('eve', { email_verified: false }))).toMatchObject({ problem: 'email_unverified' });
  });
});

describe('a provider that says of no address whether it is verified', () => {
  it.each([
    ['false', 'email_unverified'],
    ['true', undefined],
  ])('is believed if the operator says so: %s', async (trust, problem) => {
    await startWith({ OPEN_REGISTRATION: 'true', OPENID_TRUST_EMAIL: trust });
    await api.post('/auth/setup', OWNER);
    expect((await come(somebody('bob', { email_verified: undefined }))).problem).toBe(problem);
    expect((await come(somebody('eve', { email_verified: false }))).problem).toBe('email_unverified');
  });
});

describe('a provider that is away', () => {
  it('is said at the button, and at the way back; the password goes on working', async () => {
    const gone = await startTestProvider(CALLBACK);
    await startWith({ OPENID_ISSUER: gone.issuer });
    await api.post('/auth/setup', OWNER);
    const begun = await api.post('/auth/openid/start', {});
    api.signIn(begun);
    const address = await gone.visit(begun.json().url);
    await gone.close();
    expect(told(await callback(address))).toEqual({ page: '/login', problem: 'provider_failed' });
    // What the provider says of itself is forgotten after an hour.
    api.pass(61 * MINUTE);
    const again = await api.post('/auth/openid/start', {});
    expect([again.statusCode, again.json().code]).toEqual([503, 'unavailable']);
    expect((await api.post('/auth/login', { email: OWNER.email, password: PASSWORD })).statusCode).toBe(200);
  });

  it('is limited as other attempts are, and still answers a page', async () => {
    await startWith({ AUTH_ATTEMPTS_PER_MINUTE: '2' });
    await api.get('/auth/openid/callback?state=a');
    await api.get('/auth/openid/callback?state=a');
    expect(told(await api.get('/auth/openid/callback?state=a'))).toEqual({ page: '/login', problem: 'rate_limited' });
    const starts = await Promise.all([1, 2, 3].map(() => api.post('/auth/openid/start', {})));
    expect(starts.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 429]);
  });
});
