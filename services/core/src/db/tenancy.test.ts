import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testContext } from '../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import type { Db } from './connection.ts';
import { inScope, type Scope } from './scope.ts';

describe('what the roles of the services may do', () => {
  let database: TestDatabase;
  let api: Db;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = database.as('api');
    await sql`
      insert into organizations (id, name) values (1, 'One'), (2, 'Two');
      insert into projects (id, organization_id, name) values (11, 1, 'A'), (22, 2, 'B');
      insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'A', 'x'), (2, 'b@two.test', 'B', 'x');
      insert into memberships (organization_id, user_id, role) values (1, 1, 'owner'), (2, 2, 'owner');
      insert into sessions (id, user_id, expires_at)
        select ('00000000-0000-4000-8000-00000000000' || u)::uuid, u, now() + interval '1 day' from unnest(array[1, 2]) as u;
      insert into refresh_tokens (hash, session_id, user_id)
        select sha256(('token ' || user_id)::bytea), id, user_id from sessions;
      insert into one_time_links (hash, purpose, user_id, expires_at)
        select sha256(('link ' || id)::bytea), 'reset_password', id, now() + interval '1 hour' from users;
      insert into second_factors (user_id, sealed_secret) select id, 'x' from users;
      insert into recovery_codes (user_id, hash) select id, sha256(email::bytea) from users;
      insert into openid_identities (hash, user_id, issuer, created_at, last_used_at)
        select sha256(('identity ' || id)::bytea), id, 'https://id.test', now(), now() from users;
      insert into usage_tombstone_salts select p, sha256('salt') from unnest(array[11, 22]) as p;
      insert into usage_tombstones select p, gen_random_uuid(), '2026-08-01' from unnest(array[11, 22]) as p;
      insert into api_keys (project_id, name, prefix, hash) values
        (11, 'k', 'tgk_a', sha256('a')), (22, 'k', 'tgk_b', sha256('b'));
      insert into usage_series (project_id, hash, source, provider, model)
        select p, gen_random_uuid(), 'openai.chat', 'openai', 'm' from unnest(array[11, 22]) as p;
      insert into usage_records (project_id, series_id, ts, event_id, status, cost_status)
        select project_id, s.id, '2026-08-01T10:00:00Z', gen_random_uuid(), 'ok', 'unpriced'
        from unnest(array[11, 22, 22]) as p join usage_series s on s.project_id = p;
      insert into usage_15m (project_id, bucket, key_id, provider, model, feature, environment, service_tier, status,
          calls, unpriced_calls, unreadable_calls, approximate_calls, total_pico_usd)
        select p, '2026-08-01T10:00:00Z', 1, 'openai', 'm', '', '', '', 'ok', 1, 1, 0, 0, 0
        from unnest(array[11, 22]) as p;
      insert into usage_features select p, '2026-08-01', 'f' from unnest(array[11, 22]) as p;
      insert into usage_touched (project_id, bucket) select p, '2026-08-01T10:00:00Z' from unnest(array[11, 22]) as p;
      insert into calendars (organization_id, time_zone, state) values (1, 'UTC', 'active'), (2, 'UTC', 'active');
      insert into usage_daily (project_id, calendar_version, day, key_id, provider, model, feature, environment,
          service_tier, status, calls, unpriced_calls, unreadable_calls, approximate_calls, total_pico_usd)
        select p, 1, '2026-08-01', 1, 'openai', 'm', '', '', '', 'ok', 1, 1, 0, 0, 0 from unnest(array[11, 22]) as p;
      insert into usage_daily_values (project_id, calendar_version, day, kind, value, environment, calls, errors,
          unpriced_calls, unreadable_calls, total_tokens, input_tokens, cache_read_tokens, cache_write_tokens,
          output_tokens, reasoning_tokens, total_pico_usd)
        select p, 1, '2026-08-01', 'user', 'u', '', 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 from unnest(array[11, 22]) as p;
      insert into recostings (id, organization_id, period_from, period_to, project_ids, only_unpriced, time_zone, created_at)
        values (1, 1, '2026-08-01', '2026-08-02', '{11}', false, 'UTC', now()), (2, 2, '2026-08-01', '2026-08-02', '{22}', false, 'UTC', now());
      insert into recosting_lines select id, '2026-08', 'openai', 'm', 1, 1, 0, 0, 0, 0 from unnest(array[1, 2]) as id;
      insert into recosting_changes (project_id, recosting_id, ts, event_id, cost_status)
        values (11, 1, now(), gen_random_uuid(), 'unpriced'), (22, 2, now(), gen_random_uuid(), 'unpriced');
      insert into exports (id, organization_id, what, format, byte_order_mark, filter, project_ids, time_zone, file_name,
          created_at, touched_at, expires_at)
        select o, o, 'records', 'csv', false, '{}', array[o * 11], 'UTC', 'f', now(), now(), now() from unnest(array[1, 2]) as o;
      insert into export_chunks select o, 0, '' from unnest(array[1, 2]) as o;
      insert into price_overrides (organization_id, model_key, kind, rates)
        select o, 'm', 'override', '{}' from unnest(array[1, 2]) as o;
      insert into budgets (id, organization_id, name, conditions, measure, amount, period, thresholds, notify_forecast,
          channel_ids, action, unpriced, reservation, created_at, updated_at)
        select o, o, 'b', '{}', 'usd', 1, 'day', '{}', false, '{}', 'notify', 'open', false, now(), now()
        from unnest(array[1, 2]) as o;
      insert into analysis_settings (organization_id, enabled, changed_at) values (1, true, now()), (2, true, now());
      insert into analyses (id, organization_id, created_at, period_from, period_to, project_ids, samples, sample_project_ids,
          document_hash, document_bytes, instructions_hash, names, model, host, expires_at)
        select o, o, now(), now(), now(), array[o * 11], 0, '{}', 'h', 1, 'h', '{}', 'm', 'h', now() from unnest(array[1, 2]) as o;
      insert into budget_spend select p, p / 11, '2026-08-01T10:00:00Z', 1, 1, 0, 0 from unnest(array[11, 22]) as p;
      insert into budget_leases select p, gen_random_uuid(), p / 11, 1, now() from unnest(array[11, 22]) as p;
      insert into channels (id, organization_id, kind, name, enabled, addresses, target, created_at, updated_at)
        select o, o, 'email', 'c', true, '{a@b.test}', 'a@b.test', now(), now() from unnest(array[1, 2]) as o;
      insert into alert_settings (organization_id, kind, enabled, channel_ids)
        select o, 'digest', true, array[o] from unnest(array[1, 2]) as o;
      insert into alerts (id, organization_id, kind, dedup_key, severity, title, text, facts, drivers, path, occurred_at, raised_at)
        select o, o, 'digest', 'k', 'info', 't', '{}', '[]', '[]', '/', now(), now() from unnest(array[1, 2]) as o;
      insert into alert_deliveries (id, organization_id, alert_id, channel_id, channel_kind, channel_name, event, state,
          next_attempt_at, created_at)
        select ('00000000-0000-4000-8000-00000000000' || o)::uuid, o, o, o, 'email', 'c', 'raised', 'queued', now(), now()
        from unnest(array[1, 2]) as o;
      insert into alert_delivery_attempts (delivery_id, attempt, organization_id, at, duration_ms)
        select id, 1, organization_id, now(), 1 from alert_deliveries;
      insert into alert_episodes (organization_id, subject, began_at, seen_at) select o, 's', now(), now() from unnest(array[1, 2]) as o;
      insert into alert_watches select o, 'k', now() from unnest(array[1, 2]) as o;
      insert into model_aliases (organization_id, name, model_key) select o, 'n', 'm' from unnest(array[1, 2]) as o;
      insert into recommendations (organization_id, project_id, source, rule, identity, title, what, steps, evidence,
          saving_pico_usd_per_month, confidence, effort, risk, scope, filters, impact, state, first_seen_at, last_seen_at)
        select o, o * 11, 'rule', 'r', 'i', 't', '{}', '{}', '{}', 1, 'low', 'low', 'low', '{}', '{}', '[]', 'open', now(), now()
        from unnest(array[1, 2]) as o;
      insert into savings_runs (organization_id) values (1), (2);
      insert into whatifs (organization_id, name, selection, project_ids, change, time_zone, state, created_at, touched_at)
        select o, 'w', '{}', array[o * 11], '{}', 'UTC', 'done', now(), now() from unnest(array[1, 2]) as o;
      insert into realized_savings (id, organization_id, recommendation_id, scope, change, accepted_at)
        select organization_id, organization_id, id, '{}', '{}', now() from recommendations;
      insert into realized_days select o, '2026-08-01', '{}' from unnest(array[1, 2]) as o;
    `.execute(database.owner);
  });
  afterAll(() => database.drop());

  it.each([
    ['usage_records', 'project_id', 11],
    ['usage_series', 'project_id', 11],
    ['usage_features', 'project_id', 11],
    ['usage_calls', 'project_id', 11],
    ['usage_15m', 'project_id', 11],
    ['usage_touched', 'project_id', 11],
    ['usage_daily', 'project_id', 11],
    ['usage_daily_values', 'project_id', 11],
    ['calendars', 'organization_id', 1],
    ['projects', 'id', 11],
    ['api_keys', 'project_id', 11],
    ['organizations', 'id', 1],
    ['users', 'id', 1],
    ['memberships', 'user_id', 1],
    ['price_overrides', 'organization_id', 1],
    ['model_aliases', 'organization_id', 1],
    ['budgets', 'organization_id', 1],
    ['analysis_settings', 'organization_id', 1],
    ['analyses', 'organization_id', 1],
    ['budget_spend', 'project_id', 11],
    ['budget_leases', 'project_id', 11],
    ['channels', 'organization_id', 1],
    ['alert_settings', 'organization_id', 1],
    ['alerts', 'organization_id', 1],
    ['alert_deliveries', 'organization_id', 1],
    ['alert_delivery_attempts', 'organization_id', 1],
    ['recommendations', 'organization_id', 1],
    ['savings_runs', 'organization_id', 1],
    ['whatifs', 'organization_id', 1],
    ['realized_savings', 'organization_id', 1],
    ['realized_days', 'realized_id', 1],
    ['recostings', 'id', 1],
    ['recosting_lines', 'recosting_id', 1],
    ['exports', 'organization_id', 1],
    ['export_chunks', 'export_id', 1],
    ['recosting_changes', 'project_id', 11],
  ])('the api sees only its organization in %s, filter or no filter', async (table, column, own) => {
    const rows = await inScope(testContext(api), { organizationId: 1 }, async (tx) => {
      const result = await sql<{ value: number }>`select ${sql.id(column)} as value from ${sql.id(table)}`.execute(tx);
      return result.rows;
    });
    expect(rows.map(({ value }) => value)).toEqual([own]);
  });

  it.each(['sessions', 'refresh_tokens', 'one_time_links', 'second_factors', 'recovery_codes', 'openid_identities'])(
    'the api sees only the person’s own rows in %s, whatever the organization',
    async (table) => {
      const seen = (scope: Scope) =>
        inScope(testContext(api), scope, async (tx) => {
          const { rows } = await sql<{ id: number }>`select user_id as id from ${sql.id(table)}`.execute(tx);
          return rows.map(({ id }) => id);
        });
      expect(await seen({ userId: 1 })).toEqual([1]);
      expect(await seen({ organizationId: 1 })).toEqual([]);
    },
  );

  it.each([
    ['refresh_tokens', 'token'],
    ['one_time_links', 'link'],
    ['openid_identities', 'identity'],
  ])('whoever shows a secret of %s sees its row alone', async (table, secret) => {
    const tokenHash = createHash('sha256').update(`${secret} 2`).digest();
    const { rows } = await inScope(testContext(api), { tokenHash }, (tx) =>
      sql<{ id: number }>`select user_id as id from ${sql.id(table)}`.execute(tx),
    );
    expect(rows).toEqual([{ id: 2 }]);
  });

  it('the api sees nothing at all outside a scope, also on a connection that has just had one', async () => {
    await inScope(testContext(api), { organizationId: 1, userId: 1 }, (tx) => sql`select 1`.execute(tx));
    for (const table of [
      'usage_records',
      'usage_15m',
      'usage_daily',
      'usage_daily_values',
      'projects',
      'api_keys',
      'organizations',
      'users',
      'sessions',
      'refresh_tokens',
      'one_time_links',
      'second_factors',
      'recovery_codes',
      'openid_identities',
    ]) {
      const { rows } = await sql`select from ${sql.id(table)}`.execute(api);
      expect(rows, table).toEqual([]);
    }
  });

  it('the api has no business with what was deleted', async () => {
    for (const table of ['usage_tombstones', 'usage_tombstone_salts']) {
      const read = inScope(testContext(api), { organizationId: 1 }, (tx) =>
        sql`select project_id from ${sql.id(table)}`.execute(tx),
      );
      await expect(read, table).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('the api has no business with what was looked at, and the worker none with who logs in by a provider', async () => {
    for (const table of ['alert_episodes', 'alert_watches']) {
      const read = inScope(testContext(api), { organizationId: 1 }, (tx) =>
        sql`select organization_id from ${sql.id(table)}`.execute(tx),
      );
      await expect(read, table).rejects.toMatchObject({ code: '42501' });
    }
    await expect(sql`select hash from openid_identities`.execute(database.as('worker'))).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('the api cannot write into another organization', async () => {
    const insert = inScope(testContext(api), { organizationId: 1 }, (tx) =>
      tx.insertInto('projects').values({ organization_id: 2, name: 'intruder' }).execute(),
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
    const moved = await inScope(testContext(api), { organizationId: 1 }, (tx) =>
      tx.updateTable('projects').set({ name: 'stolen' }).where('id', '=', 22).returning('id').execute(),
    );
    expect(moved).toEqual([]);
  });

  it.each(['ingest', 'api', 'worker'] as const)('the %s cannot touch a partition directly', async (role) => {
    const db = database.as(role);
    for (const statement of ['select from', 'delete from']) {
      const direct = sql`${sql.raw(statement)} usage_partitions.usage_20260801`.execute(db);
      await expect(direct, statement).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('no service is superuser, owner or exempt from row security', async () => {
    const { rows } = await sql`
      select r.rolname from pg_roles r
      where r.rolname in ('tokengrip_ingest', 'tokengrip_api', 'tokengrip_worker')
        and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
          or exists (select from pg_class c where c.relowner = r.oid))`.execute(database.owner);
    expect(rows).toEqual([]);
  });

  it.each(['api', 'worker', 'ingest'] as const)('the %s cannot change what a price says', async (role) => {
    for (const statement of [
      sql`update price_versions set entry = '{}'`,
      sql`update price_overrides set rates = '{}'`,
      sql`delete from price_versions`,
      sql`delete from price_syncs`,
    ]) {
      await expect(statement.execute(database.as(role))).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('the ingest reads no content of records, and no people', async () => {
    const ingest = database.as('ingest');
    for (const query of ['select raw_usage from usage_calls', 'select from users', 'select name from api_keys']) {
      await expect(sql.raw(query).execute(ingest), query).rejects.toMatchObject({ code: '42501' });
    }
  });
});
