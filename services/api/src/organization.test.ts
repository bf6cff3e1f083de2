import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'UTC' };

describe('the organization', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    api.signIn(await api.post('/auth/setup', OWNER));
  });
  afterAll(() => api.close());

  it('moves its midnights, and its days with them', async () => {
    const reply = await api.patch('/organization', { timeZone: 'Asia/Kathmandu' });
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ organization: { timeZone: 'Asia/Kathmandu' } });
    expect((await api.get('/me')).json()).toMatchObject({ organization: { timeZone: 'Asia/Kathmandu' } });
    const usage = await api.get('/usage?from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z&bucket=day');
    expect(usage.json().buckets).toEqual(['2026-07-31T18:15:00.000Z', '2026-08-01T18:15:00.000Z']);
  });

  it('refuses a zone that does not exist, and people who may not', async () => {
    expect((await api.patch('/organization', { timeZone: 'Mars/Olympus' })).json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'timeZone' }],
    });
    await sql`update memberships set role = 'member'`.execute(api.database.owner);
    expect((await api.patch('/organization', { timeZone: 'UTC' })).statusCode).toBe(403);
  });

  it('answers by user, customer and tag, with percentiles and numbers of different ones', async () => {
    const query =
      'from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z&groupBy=tag:team&metrics=cost&metrics=latencyP95&metrics=users';
    const reply = await api.get(`/usage?${query}`);
    expect(reply.statusCode).toBe(200);
    expect(reply.json().totals).toEqual({ cost: '0', latencyP95: null, users: 0 });
    expect((await api.get('/usage?from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z&groupBy=color')).statusCode).toBe(
      400,
    );
  });
});
