import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context, RedisContext } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { connectRedis } from '../../redis.ts';
import { silentLog, testClock, testContext } from '../../testing/context.ts';
import { findTextInDatabase, findTextInRedis } from '../../testing/find-text.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRedis, testRedisUrl } from '../../testing/redis.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { beginOrganizationDeletion } from '../organizations/delete-organization.ts';
import { beginProjectDeletion } from '../projects/begin-project-deletion.ts';
import { checkRollups } from '../rollups/check-rollups.ts';
import { deriveRollups } from '../rollups/derive-rollups.ts';
import { noteActivity } from '../usage/activity.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { requestPrivacy } from './request-privacy.ts';
import { runDeletions } from './run-deletions.ts';

const clock = testClock('2026-08-01T12:00:00Z');
const ACTOR = { organizationId: 1, userId: 7 };
/** Nobody else's text. */
const JANE = 'jane-9f3a1c';

let database: TestDatabase;
let redis: Redis;
let api: Context;
let worker: RedisContext;

/** All of the server, whoever wrote it. */
let everything: Redis;

beforeAll(() => {
  everything = testRedis();
  redis = connectRedis(testRedisUrl(), silentLog, { enableOfflineQueue: true, keyPrefix: `deletions-${process.pid}:` });
});
afterAll(() => {
  redis.disconnect();
  everything.disconnect();
});

beforeEach(async () => {
  database = await createTestDatabase();
  api = testContext(database.as('api'), clock);
  worker = { ...testContext(database.as('worker'), clock), redis };
  await sql`
    insert into organizations (id, name) values (1, 'One'), (2, 'Two');
    insert into users (id, email, name, password_hash) values (7, 'a@one.test', 'Ada', 'x'), (8, 'b@both.test', 'Bo', 'x');
    insert into memberships (organization_id, user_id, role) values (1, 7, 'owner'), (1, 8, 'member'), (2, 8, 'owner');
    insert into projects (id, organization_id, name) values (11, 1, 'A'), (12, 1, 'B'), (22, 2, 'C');
    insert into api_keys (id, project_id, name, prefix, hash) values (5, 11, 'k', 'tgk_', sha256('a'));
    insert into invitations (organization_id, email, role, hash, created_at, expires_at)
      values (1, 'new@one.test', 'member', sha256('i'), now(), now())`.execute(database.owner);
});
afterEach(() => database.drop());

const run = () => runDeletions(worker, { signal: new AbortController().signal });
const one = async (query: string) =>
  Object.values((await sql.raw<Record<string, unknown>>(query).execute(database.owner)).rows[0] ?? {})[0];

/** A call of Jane's with everything that can say who she is. */
const janes = (more: Partial<Parameters<typeof testRecord>[0]> = {}) =>
  testRecord({
    ts: new Date('2026-08-01T10:00:00Z'),
    endUser: JANE,
    session: `session of ${JANE}`,
    customer: 'acme',
    traceId: `trace ${JANE}`,
    responseId: `response ${JANE}`,
    tags: { who: JANE },
    rawUsage: { user: JANE, tokens: 3 },
    promptText: `I am ${JANE}`,
    responseText: `Hello ${JANE}`,
    totalPicoUsd: 5n,
    ...more,
  });

const others = () =>
  testRecord({ ts: new Date('2026-08-01T10:05:00Z'), endUser: 'joe', tags: { a: 'b' }, totalPicoUsd: 3n });

/** Where rollups and records differ, but for the project whose records a test has taken away. */
const differing = async () =>
  (await checkRollups(worker, { repair: false })).filter(({ projectId }) => projectId !== 22);

async function ask(mode: 'erase' | 'delete', more: { subjectKind?: 'user' | 'customer'; subject?: string } = {}) {
  return inScope(api, ACTOR, (tx) =>
    requestPrivacy(tx, ACTOR, { subjectKind: 'user', subject: JANE, mode, now: clock.now(), ...more }),
  );
}

describe('a privacy request', () => {
  beforeEach(async () => {
    await storeUsage(worker, [janes(), janes({ projectId: 12, ts: new Date('2026-07-31T10:00:00Z') }), others()]);
    await storeUsage(worker, [janes({ projectId: 22, endUser: 'kept', tags: null, rawUsage: null })]);
    await deriveRollups(worker);
    await sql`
      insert into exports (id, organization_id, what, format, byte_order_mark, filter, project_ids, time_zone, file_name,
        state, created_at, touched_at, expires_at)
      values (1, 1, 'records', 'csv', false, '{"user": ["jane-9f3a1c"]}', '{11}', 'UTC', 'f', 'done', now(), now(), now());
      insert into export_chunks values (1, 0, 'jane-9f3a1c'::bytea);
      insert into budgets (organization_id, name, conditions, measure, amount, period, thresholds, notify_forecast,
        channel_ids, action, unpriced, reservation, created_at, updated_at)
      values (1, 'Hers', '{"users": ["jane-9f3a1c"]}', 'usd', 1, 'day', '{}', false, '{}', 'notify', 'open', false, now(), now()),
        (1, 'Theirs', '{"users": ["jane-9f3a1c", "joe"]}', 'usd', 1, 'day', '{}', false, '{}', 'notify', 'open', false, now(), now())`.execute(
      database.owner,
    );
  });

  it('erases who it was and keeps what it cost, in every table', async () => {
    await ask('erase');
    expect(await findTextInDatabase(database.owner, JANE)).toContain('usage_records');
    await run();
    // The other organization has a session and texts of the same name, which are not this one's to erase.
    await sql`delete from usage_records where project_id = 22`.execute(database.owner);
    await sql`delete from usage_daily_values where project_id = 22`.execute(database.owner);
    expect(await findTextInDatabase(database.owner, JANE)).toEqual([]);
    expect(await findTextInRedis(everything, JANE)).toEqual([]);
    expect(await one(`select count(*) from usage_calls where customer = 'acme'`)).toBe(2n);
    expect(await one('select sum(total_pico_usd) from usage_calls')).toBe(13n);
    expect(await one('select sum(total_pico_usd) from usage_15m where project_id <> 22')).toBe(13n);
    expect(
      await one(`select string_agg(value || ':' || calls, ' ' order by value) from usage_daily_values
      where kind = 'user'`),
    ).toBe(':1 :1 joe:1');
    expect(await one('select state from deletions')).toBe('done');
    expect(await one('select records from deletions')).toBe(2n);
    expect(await one('select count(*) from usage_touched where project_id <> 22')).toBe(0n);
    expect(await differing()).toEqual([]);
    expect(await one(`select string_agg(name, ' ') from budgets`)).toBe('Theirs');
  });

  it('deletes the calls with their cost from every sum', async () => {
    await ask('delete');
    await run();
    await sql`delete from usage_records where project_id = 22`.execute(database.owner);
    await sql`delete from usage_daily_values where project_id = 22`.execute(database.owner);
    expect(await findTextInDatabase(database.owner, JANE)).toEqual([]);
    expect(await one('select count(*) from usage_calls')).toBe(1n);
    expect(await one('select sum(total_pico_usd) from usage_15m where project_id <> 22')).toBe(3n);
    expect(await one('select sum(total_pico_usd) from usage_daily where project_id <> 22')).toBe(3n);
    expect(await one(`select sum(calls) from usage_daily_values where kind = 'user'`)).toEqual(1n);
    expect(await differing()).toEqual([]);
  });

  it('takes out a customer as well, when it is a customer’s', async () => {
    await ask('erase', { subjectKind: 'customer', subject: 'acme' });
    await run();
    expect(
      await one(
        `select count(*) from usage_calls where project_id <> 22 and (customer is not null or end_user = '${JANE}')`,
      ),
    ).toBe(0n);
    expect(await one(`select count(*) from usage_calls where project_id = 22 and customer = 'acme'`)).toBe(1n);
  });

  it('does it when it was interrupted, and no more when it is done', async () => {
    await ask('erase');
    const stopped = new AbortController();
    stopped.abort(new Error('stopping'));
    await expect(runDeletions(worker, { signal: stopped.signal })).rejects.toThrow('stopping');
    expect(await run()).toEqual({ done: 1 });
    expect(await run()).toEqual({ done: 0 });
  });

  it('lets another report of a deleted call count, once', async () => {
    const report = { responseId: 'shared', totalPicoUsd: 50n };
    await storeUsage(worker, [janes({ ...report, ts: new Date('2026-08-01T11:00:00Z') })]);
    await storeUsage(worker, [
      testRecord({ ...report, ts: new Date('2026-08-01T11:00:01Z'), source: 'litellm', endUser: null }),
    ]);
    expect(await one('select count(*) from usage_calls where duplicate_of is not null')).toBe(1n);
    await ask('delete');
    await run();
    expect(await one('select sum(total_pico_usd) from usage_15m where project_id = 11')).toBe(53n);
    expect(await one('select count(*) from usage_calls where duplicate_of is not null')).toBe(0n);
    expect(await differing()).toEqual([]);
  });
});

describe('deleting a project', () => {
  const begin = () =>
    inScope(api, ACTOR, (tx) => beginProjectDeletion(tx, ACTOR, { projectId: 11, name: 'A', now: clock.now() }));

  it('hides it at once, and leaves nothing of it but a line without content', async () => {
    await storeUsage(worker, [janes(), janes({ projectId: 12, endUser: 'kept', responseId: null })]);
    await deriveRollups(worker);
    await begin();
    const seen = await inScope(api, ACTOR, async (tx) => {
      const records = await tx.selectFrom('usage_records').select('project_id').execute();
      const keys = await tx.selectFrom('api_keys').select('id').execute();
      return { records: records.map(({ project_id }) => project_id), keys };
    });
    expect(seen).toEqual({ records: [12], keys: [] });
    await inScope(api, ACTOR, (tx) => tx.insertInto('projects').values({ organization_id: 1, name: 'A' }).execute());
    await run();
    for (const table of [
      'usage_records',
      'usage_15m',
      'usage_daily',
      'usage_daily_values',
      'usage_touched',
      'budget_spend',
      'budget_leases',
      'provider_responses',
      'recosting_changes',
      'api_keys',
    ]) {
      expect(await one(`select count(*) from ${table} where project_id = 11`), table).toBe(0n);
    }
    expect(await one('select count(*) from projects where id = 11')).toBe(0n);
    expect(await one(`select string_agg(action, ' ' order by id) from audit_log`)).toBe(
      'project.deletion_started project.deleted',
    );
    expect(await one('select count(*) from usage_calls where project_id = 12')).toBe(1n);
  });

  it('asks for its name', async () => {
    const wrong = inScope(api, ACTOR, (tx) =>
      beginProjectDeletion(tx, ACTOR, { projectId: 11, name: 'B', now: clock.now() }),
    );
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_request', fields: [{ field: 'name' }] });
  });
});

describe('deleting an organization', () => {
  it('leaves nothing of it in any table or key, and nothing of people who were in no other', async () => {
    await storeUsage(worker, [janes(), janes({ projectId: 12 })]);
    await deriveRollups(worker);
    await noteActivity(redis, worker.log, [1]);
    await sql`
      insert into sessions (id, user_id, expires_at, organization_id) values (gen_random_uuid(), 8, now(), 1);
      insert into personal_tokens (organization_id, user_id, name, prefix, hash, created_at) values (1, 7, 't', 'p', sha256('t'), now());
      insert into price_overrides (organization_id, model_key, kind, rates) values (1, 'm', 'override', '{}');
      insert into recostings (organization_id, period_from, period_to, project_ids, only_unpriced, time_zone, created_at)
        values (1, '2026-08-01', '2026-08-02', '{11}', false, 'UTC', now())`.execute(database.owner);
    await inScope(api, ACTOR, (tx) => beginOrganizationDeletion(tx, ACTOR, { name: 'One', now: clock.now() }));
    const organizations = await inScope(api, ACTOR, (tx) => tx.selectFrom('organizations').select('id').execute());
    expect(organizations).toEqual([]);
    await run();
    const { rows: owned } = await sql<{ table: string; column: string }>`
      select c.table_name as table, c.column_name as column from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('organization_id', 'project_id')`.execute(
      database.owner,
    );
    for (const { table, column } of owned) {
      if (table === 'audit_log') continue;
      const ids = column === 'project_id' ? '(11, 12)' : '(1)';
      expect(await one(`select count(*) from ${table} where ${column} in ${ids}`), table).toBe(0n);
    }
    expect(await findTextInDatabase(database.owner, JANE)).toEqual([]);
    expect(await findTextInDatabase(database.owner, 'a@one.test')).toEqual([]);
    expect(await one("select string_agg(email, ' ') from users")).toBe('b@both.test');
    const { rows: lines } = await sql`
      select organization_id, actor, user_id, address, action, target_id, before, after from audit_log`.execute(
      database.owner,
    );
    expect(lines).toEqual([
      {
        organization_id: 1,
        actor: 'system',
        user_id: null,
        address: null,
        action: 'organization.deleted',
        target_id: null,
        before: null,
        after: null,
      },
    ]);
    expect(await redis.get('tokengrip:revision:1')).toBeNull();
  });
});
