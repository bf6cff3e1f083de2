import { randomUUID } from 'node:crypto';
import { HOUR, MINUTE } from '@tokengrip/core/clock';
import type { Mail } from '@tokengrip/core/mail/compose-mail';
import { openMail } from '@tokengrip/core/mail/outbox';
import { sendMailJob } from '@tokengrip/core/queues/jobs';
import { createSealer } from '@tokengrip/core/sealing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const SECRET = 'only-for-tests-only-for-tests';
const PASSWORD = 'a long enough password';
const address = (name: string) => `${name}-${randomUUID()}@example.com`;

const MAIL = {
  SMTP_URL: 'smtp://127.0.0.1:9',
  SMTP_FROM: 'Tokengrip <no-reply@example.com>',
  PUBLIC_URL: 'https://tokengrip.example.com',
};

/** The mails that the api has handed over, opened as the worker opens them. */
function mailsOf(api: TestApi): Mail[] {
  const sealer = createSealer(SECRET);
  return api.jobs.flatMap(({ definition, payload }) =>
    definition.name === sendMailJob.name ? [openMail(sealer, payload as { sealed: string })] : [],
  );
}
const tokenIn = (text: string | undefined) => /#token=([\w-]+)/.exec(text ?? '')?.[1] ?? '';

describe('with mail', () => {
  let api: TestApi;
  let email: string;

  beforeAll(async () => {
    api = await startTestApi({ ...MAIL, OPEN_REGISTRATION: 'true', AUTH_ATTEMPTS_PER_MINUTE: '10000' });
    email = address('ada');
    api.signIn(await api.post('/auth/setup', { email, name: 'Ada', password: PASSWORD }));
  });
  afterAll(() => api.close());
  beforeEach(() => {
    api.jobs.length = 0;
  });

  const logIn = (password: string, as = email) => api.post('/auth/login', { email: as, password });
  const mailTo = async (to: string) => {
    await vi.waitFor(() => expect(mailsOf(api).filter((mail) => mail.to === to)).not.toEqual([]));
    return mailsOf(api).find((mail) => mail.to === to);
  };
  async function resetToken(): Promise<string> {
    api.jobs.length = 0;
    expect((await api.post('/auth/forgot', { email })).statusCode).toBe(202);
    return tokenIn((await mailTo(email))?.text);
  }

  it('says so', async () => {
    expect((await api.get('/status')).json()).toMatchObject({ sendsMail: true, openRegistration: true });
  });

  it('mails a link under the configured address for a new password, which works once and ends all sessions', async () => {
    api.signIn(await logIn(PASSWORD));
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    await api.post('/auth/forgot', { email: email.toUpperCase() }, headers);
    const mail = await mailTo(email);
    expect(mail?.text).toContain('https://tokengrip.example.com/reset-password#token=');
    expect(mail?.html).not.toContain('evil');
    const token = tokenIn(mail?.text);
    const { rows } = await sql<{
      text: string;
    }>`select string_agg(one_time_links::text, '') as text from one_time_links`.execute(api.database.owner);
    expect(rows[0]?.text).not.toContain(token);

    expect((await api.post('/auth/reset', { token, password: 'short' })).json().errors[0].field).toBe('password');
    expect((await api.get('/me')).statusCode).toBe(200);
    expect((await api.post('/auth/reset', { token, password: 'another long password' })).statusCode).toBe(204);
    expect((await api.get('/me')).statusCode).toBe(401);
    expect((await logIn(PASSWORD)).statusCode).toBe(401);
    expect((await logIn('another long password')).statusCode).toBe(200);
    expect((await api.post('/auth/reset', { token, password: PASSWORD })).statusCode).toBe(404);
    expect(mailsOf(api).map(({ subject }) => subject)).toContain('Your password was reset');
    await api.post('/auth/reset', { token: await resetToken(), password: PASSWORD });
  });

  it('refuses a link after half an hour, and one that was replaced', async () => {
    api.pass(3 * HOUR);
    await forgetAttempts();
    const first = await resetToken();
    const second = await resetToken();
    expect((await api.post('/auth/reset', { token: first, password: PASSWORD })).statusCode).toBe(404);
    api.pass(30 * MINUTE);
    expect((await api.post('/auth/reset', { token: second, password: PASSWORD })).statusCode).toBe(404);
    expect((await logIn(PASSWORD)).statusCode).toBe(200);
  });

  it('lets two that use a link at once have it once', async () => {
    await forgetAttempts();
    const token = await resetToken();
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => api.post('/auth/reset', { token, password: PASSWORD })),
    );
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404, 404, 404]);
  });

  it('answers alike for addresses with and without an account, and mails the first alone, a few times an hour', async () => {
    await forgetAttempts();
    const stranger = address('stranger');
    const [known, unknown] = [
      await api.post('/auth/forgot', { email }),
      await api.post('/auth/forgot', { email: stranger }),
    ];
    expect([known.statusCode, known.body]).toEqual([unknown.statusCode, unknown.body]);
    for (let i = 0; i < 6; i += 1) await api.post('/auth/forgot', { email });
    await api.settled();
    expect(mailsOf(api).filter(({ to }) => to === email)).toHaveLength(3);
    expect(mailsOf(api).filter(({ to }) => to === stranger)).toEqual([]);
  });

  it('makes an account of the address that the link was sent to, with an organization of its own', async () => {
    const eve = address('eve');
    expect((await api.post('/auth/registrations', { email: eve })).statusCode).toBe(202);
    const token = tokenIn((await mailTo(eve))?.text);
    const account = { token, name: 'Eve', password: PASSWORD, timeZone: 'Asia/Kathmandu' };
    // Not the one that she types.
    const back = api.newBrowser();
    const reply = await api.post('/auth/register', { ...account, email });
    expect(reply.statusCode).toBe(201);
    expect(reply.json()).toMatchObject({
      user: { email: eve },
      role: 'owner',
      organization: { timeZone: 'Asia/Kathmandu' },
    });
    api.signIn(reply);
    const hers = (await api.get('/me')).json();
    expect((await api.post('/auth/register', account)).statusCode).toBe(404);
    back();
    api.signIn(await logIn(PASSWORD));
    expect((await api.get('/me')).json().organization.id).not.toBe(hers.organization.id);
  });

  it('tells an address that has an account by mail alone', async () => {
    const stranger = address('stranger');
    await forgetAttempts();
    const [known, unknown] = [
      await api.post('/auth/registrations', { email }),
      await api.post('/auth/registrations', { email: stranger }),
    ];
    expect([known.statusCode, known.body]).toEqual([unknown.statusCode, unknown.body]);
    expect((await mailTo(email))?.text).toContain('has an account already');
    expect((await mailTo(email))?.text).not.toContain('#token');
    expect(tokenIn((await mailTo(stranger))?.text)).not.toBe('');
    // Without the link there is no way.
    const direct = await api.post('/auth/register', { email: stranger, name: 'X', password: PASSWORD });
    expect([direct.statusCode, direct.json().errors[0].field]).toEqual([400, 'token']);
  });

  it('changes the address when the link at the new one is opened, and tells the old one', async () => {
    await forgetAttempts();
    api.signIn(await logIn(PASSWORD));
    const next = address('ada.new');
    const wrong = await api.post('/account/email', { currentPassword: 'wrong', email: next });
    expect([wrong.statusCode, wrong.json().errors[0].field]).toEqual([400, 'currentPassword']);
    const asked = await api.post('/account/email', { currentPassword: PASSWORD, email: next });
    expect(asked.json()).toMatchObject({ email, pendingEmail: next });
    const reset = await resetTokenFor(email);
    const token = tokenIn((await mailTo(next))?.text);
    // A link for one thing does nothing else.
    expect((await api.post('/auth/reset', { token, password: PASSWORD })).statusCode).toBe(404);
    expect((await api.post('/auth/confirm-email', { token })).statusCode).toBe(204);
    expect((await api.post('/auth/confirm-email', { token })).statusCode).toBe(404);
    expect((await api.get('/account')).json()).toMatchObject({ email: next, pendingEmail: null });
    const told = mailsOf(api)
      .filter(({ to }) => to === email)
      .map(({ subject }) => subject);
    expect(told).toContain('A change of your email address was asked for');
    expect(told).toContain('Your email address was changed');
    // What was sent to the old address opens the account no more.
    expect((await api.post('/auth/reset', { token: reset, password: 'a password of eve' })).statusCode).toBe(404);
    email = next;
  });

  async function resetTokenFor(to: string): Promise<string> {
    await api.post('/auth/forgot', { email: to });
    await vi.waitFor(() => expect(mailsOf(api).filter(({ text }) => text.includes('/reset-password'))).not.toEqual([]));
    return tokenIn(mailsOf(api).find(({ text }) => text.includes('/reset-password'))?.text);
  }

  /** Time passes for Redis as well. */
  async function forgetAttempts() {
    const prefix = api.redis.options.keyPrefix ?? '';
    for (const key of await api.redis.keys(`${prefix}*`)) await api.redis.del(key.slice(prefix.length));
  }
});

describe('without mail', () => {
  let api: TestApi;
  let ownerId: number;
  const email = address('ada');

  beforeAll(async () => {
    api = await startTestApi({ OPEN_REGISTRATION: 'true', AUTH_ATTEMPTS_PER_MINUTE: '10000' });
    const early = { email: address('early'), name: 'Early', password: PASSWORD };
    // Before there is an owner, nobody slips in beside the set-up.
    expect((await api.post('/auth/register', early)).statusCode).toBe(403);
    api.signIn(await api.post('/auth/setup', { email, name: 'Ada', password: PASSWORD }));
    ownerId = (await api.get('/me')).json().user.id;
  });
  afterAll(() => api.close());

  it('there is no link by mail, for anybody', async () => {
    for (const who of [email, address('stranger')]) {
      expect((await api.post('/auth/forgot', { email: who })).statusCode).toBe(404);
    }
  });

  it('an account is made at once, and an address that has one is refused', async () => {
    const back = api.newBrowser();
    const eve = { email: address('eve'), name: 'Eve', password: PASSWORD };
    expect((await api.post('/auth/register', eve)).statusCode).toBe(201);
    const again = await api.post('/auth/register', { ...eve, email: eve.email.toUpperCase() });
    expect([again.statusCode, again.json().errors[0].field]).toEqual([409, 'email']);
    back();
  });

  it('the address changes at once', async () => {
    const next = address('ada.two');
    const reply = await api.post('/account/email', { currentPassword: PASSWORD, email: next });
    expect(reply.json()).toMatchObject({ email: next, pendingEmail: null });
    await api.post('/account/email', { currentPassword: PASSWORD, email });
  });

  describe('a link that an administrator makes', () => {
    const people = { owner: 0, admin: 0, member: 0, shared: 0 };

    beforeAll(async () => {
      const add = async (name: keyof typeof people, role: string) => {
        const { rows } = await sql<{ id: number }>`
          insert into users (email, name, password_hash) values (${address(name)}, ${name}, 'x') returning id`.execute(
          api.database.owner,
        );
        people[name] = rows[0]?.id ?? 0;
        await sql`insert into memberships (organization_id, user_id, role)
          select organization_id, ${people[name]}, ${role} from memberships where user_id = ${ownerId}`.execute(
          api.database.owner,
        );
      };
      await add('owner', 'owner');
      await add('admin', 'admin');
      await add('member', 'member');
      await add('shared', 'member');
      await sql`insert into organizations (id, name) values (900, 'Another');
        insert into memberships (organization_id, user_id, role)
          select 900, id, 'owner' from users where name = 'shared'`.execute(api.database.owner);
    });
    const ask = (userId: number, currentPassword = PASSWORD) =>
      api.post(`/members/${userId}/reset-link`, { currentPassword });
    const become = (role: string) =>
      sql`update memberships set role = ${role} where user_id = ${ownerId}`.execute(api.database.owner);

    it('lets the member choose a new password', async () => {
      const reply = await ask(people.member);
      expect(reply.json().path).toMatch(/^\/reset-password#token=[\w-]{43}$/);
      expect(Date.parse(reply.json().expiresAt) - api.clock.now().getTime()).toBe(30 * MINUTE);
      const back = api.newBrowser();
      const done = await api.post('/auth/reset', { token: tokenIn(reply.json().path), password: PASSWORD });
      expect(done.statusCode).toBe(204);
      back();
    });

    it('asks for the administrator’s own password', async () => {
      const reply = await ask(people.member, 'wrong');
      expect([reply.statusCode, reply.json().errors[0].field]).toEqual([400, 'currentPassword']);
    });

    it('gives nobody more than they have', async () => {
      expect((await ask(people.owner)).statusCode).toBe(200);
      await become('admin');
      expect((await ask(people.member)).statusCode).toBe(200);
      expect((await ask(people.owner)).statusCode).toBe(403);
      expect((await ask(people.admin)).statusCode).toBe(403);
      await become('member');
      expect((await ask(people.member)).statusCode).toBe(403);
      await become('owner');
    });

    it('is not for people of other organizations, nor for those who belong to another one, too', async () => {
      const { rows } = await sql<{ id: number }>`select id from users where name = 'Eve'`.execute(api.database.owner);
      expect((await ask(rows[0]?.id ?? 0)).statusCode).toBe(404);
      expect((await ask(people.shared)).statusCode).toBe(403);
    });
  });
});

describe('where registration is closed', () => {
  it('nobody registers', async () => {
    const api = await startTestApi();
    await api.post('/auth/setup', { email: address('ada'), name: 'Ada', password: PASSWORD });
    const eve = { email: address('eve'), name: 'Eve', password: PASSWORD };
    expect((await api.post('/auth/register', eve)).statusCode).toBe(403);
    expect((await api.post('/auth/registrations', { email: eve.email })).statusCode).toBe(403);
    await api.close();
  });
});
