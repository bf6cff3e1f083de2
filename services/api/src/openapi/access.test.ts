import { ROLES } from '@tokengrip/core/contract/accounts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';
import type { OpenApiDocument, OpenApiOperation } from './document.ts';
import { fillPath } from './testing/any-request.ts';
import { exampleOf, type Given } from './testing/example.ts';

const OWNER = { email: 'owner@example.com', name: 'Owner', password: 'a long enough password', timeZone: 'UTC' };

/** In this order, so that what is refused is asked first. */
const ASKERS = ['nobody', 'foreign', 'viewer', 'member', 'admin', 'owner'] as const;
type Asker = (typeof ASKERS)[number];
type Answer = 'yes' | 'no' | 'log in' | 'hidden';

/** What people have, as it was before anybody asked anything: asking may change or delete it. */
const KEPT = [
  'organizations',
  'users',
  'memberships',
  'sessions',
  'projects',
  'api_keys',
  'invitations',
  'personal_tokens',
  'deletions',
  'budgets',
  'channels',
  'alerts',
  'alert_deliveries',
  'recommendations',
  'price_overrides',
  'model_aliases',
  'recostings',
  'exports',
  'whatifs',
  'analyses',
] as const;

/** What makes a request one that is not refused for its content before it is known whom it is about. */
const GIVEN: Given = { to: '2026-08-02T00:00:00.000Z', modelKey: 'm', currentPassword: OWNER.password, role: 'viewer' };

/** An id that nothing has. */
const NOTHING = 2_147_483_647;

describe('who may do what', () => {
  let api: TestApi;
  let document: OpenApiDocument;
  const cookies = new Map<Asker, Record<string, string>>();
  const kept = new Map<string, unknown>();
  /** Of the first organization. */
  const own: Record<string, unknown> = {};
  const table: { key: string; answers: Record<Asker, Answer> }[] = [];

  beforeAll(async () => {
    api = await startTestApi({
      AUTH_ATTEMPTS_PER_MINUTE: '1000',
      // Nobody listens there.
      OPENID_ISSUER: 'http://127.0.0.1:9',
      OPENID_CLIENT_ID: 'test',
      PUBLIC_URL: 'https://tokengrip.test',
    });
    api.signIn(await api.post('/auth/setup', OWNER));
    document = (await api.get('/openapi.json')).json();
    await arrange();
    for (const asker of ASKERS) {
      if (asker === 'nobody') continue;
      api.newBrowser();
      api.signIn(await api.post('/auth/login', { email: `${asker}@example.com`, password: OWNER.password }));
      cookies.set(asker, api.cookies());
    }
    for (const name of KEPT) {
      const { rows } = await sql<{
        rows: unknown;
      }>`select coalesce(jsonb_agg(t), '[]') as rows from ${sql.id(name)} as t`.execute(api.database.owner);
      kept.set(name, JSON.stringify(rows[0]?.rows));
    }
    const worker = setInterval(() => void giveUpTests().catch(() => {}), 100);
    for (const { path, method, operation } of operations()) table.push(await ask(path, method, operation));
    clearInterval(worker);
  }, 180_000);
  afterAll(() => api.close());

  /** In place of a worker: whoever tries a channel is told at once that nothing came of it. */
  const giveUpTests = () =>
    sql`update alert_deliveries set state = 'failed', last_code = 'unreachable', finished_at = now()
      where event = 'test' and state = 'queued'`.execute(api.database.owner);

  /** Somebody of each role, another organization with an owner, and one thing of each kind in the first. */
  async function arrange(): Promise<void> {
    const db = api.database.owner;
    const { rows } = await sql<{ organization: number; project: number; owner: number }>`
      select organization_id as organization, min(id) as project, (select min(id) from users) as owner
      from projects group by organization_id`.execute(db);
    const [first = { organization: 0, project: 0, owner: 0 }] = rows;
    await sql`insert into organizations (id, name) values (900, 'Foreign')`.execute(db);
    for (const asker of ['admin', 'member', 'viewer', 'foreign']) {
      await sql`insert into users (email, name, password_hash) select ${`${asker}@example.com`}, ${asker}, password_hash from users where id = ${first.owner}`.execute(
        db,
      );
      await sql`insert into memberships (organization_id, user_id, role)
        select ${asker === 'foreign' ? 900 : first.organization}, id, ${asker === 'foreign' ? 'owner' : asker} from users where email = ${`${asker}@example.com`}`.execute(
        db,
      );
    }
    await sql`insert into price_versions (model_key, entry, origin, edition) values ('m', '{"rates": {}}', 'sync', '2026-08')`.execute(
      db,
    );
    const one = async (statement: ReturnType<typeof sql<{ id: number | string }>>) =>
      (await statement.execute(db)).rows[0]?.id;
    const { organization, project } = first;
    Object.assign(own, {
      projectId: project,
      userId: await one(sql`select id from users where email = 'member@example.com'`),
      keyId: await one(
        sql`insert into api_keys (project_id, name, prefix, hash) values (${project}, 'k', 'tgk_k', sha256('k')) returning id`,
      ),
      overrideId: await one(
        sql`insert into price_overrides (organization_id, model_key, kind, rates) values (${organization}, 'm', 'override', '{}') returning id`,
      ),
      aliasId: await one(
        sql`insert into model_aliases (organization_id, name, model_key) values (${organization}, 'n', 'm') returning id`,
      ),
      recostingId:
        await one(sql`insert into recostings (organization_id, state, period_from, period_to, project_ids, only_unpriced, time_zone, created_at)
        values (${organization}, 'previewed', '2026-08-01', '2026-08-02', '{}', false, 'UTC', now()) returning id`),
      exportId:
        await one(sql`insert into exports (organization_id, what, format, byte_order_mark, filter, project_ids, time_zone, file_name, created_at, touched_at, expires_at)
        values (${organization}, 'records', 'csv', false, '{"from": "2026-07-30T00:00:00Z", "to": "2026-08-02T00:00:00Z"}', '{}', 'UTC', 'f', now(), now(), now() + interval '1 year') returning id`),
      invitationId: await one(sql`insert into invitations (organization_id, email, role, hash, created_at, expires_at)
        values (${organization}, 'invited@example.com', 'viewer', sha256('i'), now(), now() + interval '1 year') returning id`),
      deliveryId: await one(sql`
        with channel as (insert into channels (organization_id, kind, name, enabled, addresses, target, created_at, updated_at)
            values (${organization}, 'email', 'd', true, '{a@b.test}', 'a@b.test', now(), now()) returning id),
          alert as (insert into alerts (organization_id, kind, dedup_key, severity, title, text, facts, drivers, path, occurred_at, raised_at)
            values (${organization}, 'error_rate', 'd', 'info', 't', '{}', '[]', '[]', '/', now(), now()) returning id)
        insert into alert_deliveries (organization_id, alert_id, channel_id, channel_kind, channel_name, event, state, next_attempt_at, created_at)
        select ${organization}, alert.id, channel.id, 'email', 'd', 'raised', 'failed', now(), now() from channel, alert returning id`),
      budgetId:
        await one(sql`insert into budgets (organization_id, name, conditions, measure, amount, period, thresholds, notify_forecast, channel_ids, action,
          unpriced, reservation, created_at, updated_at)
        values (${organization}, 'b', '{}', 'usd', 1, 'day', '{}', false, '{}', 'notify', 'open', false, now(), now()) returning id`),
      channelId:
        await one(sql`insert into channels (organization_id, kind, name, enabled, addresses, target, created_at, updated_at)
        values (${organization}, 'email', 'c', true, '{a@b.test}', 'a@b.test', now(), now()) returning id`),
      alertId:
        await one(sql`insert into alerts (organization_id, kind, dedup_key, severity, title, text, facts, drivers, path, occurred_at, raised_at)
        values (${organization}, 'error_rate', 'k', 'info', 't', '{}', '[]', '[]', '/', now(), now()) returning id`),
      recommendationId:
        await one(sql`insert into recommendations (organization_id, source, rule, identity, title, what, steps, evidence, saving_pico_usd_per_month,
          confidence, effort, risk, scope, filters, impact, state, first_seen_at, last_seen_at)
        values (${organization}, 'rule', 'batch', 'r', 't', '{}', '{}', '{"from": "2026-07-01T00:00:00Z", "to": "2026-08-01T00:00:00Z", "days": 30,
          "calls": 1, "tokens": 1, "cost": "1", "figures": []}', 1, 'low', 'low', 'low', '{}', '{}', '[]', 'open', now(), now()) returning id`),
      analysisId:
        await one(sql`insert into analyses (organization_id, created_at, state, period_from, period_to, project_ids, samples, sample_project_ids, document_hash, document_bytes,
          instructions_hash, names, model, host, finished_at, expires_at)
        values (${organization}, now(), 'cancelled', now(), now(), '{}', 0, '{}', 'h', 1, 'h', '{}', 'm', 'h', now(), now() + interval '1 year') returning id`),
      whatIfId:
        await one(sql`insert into whatifs (organization_id, name, selection, project_ids, change, time_zone, state, created_at, touched_at)
        values (${organization}, 'w', '{"from": "2026-07-30T00:00:00Z", "to": "2026-08-02T00:00:00Z"}', '{}', '{"model": "m"}', 'UTC', 'cancelled', now(), now()) returning id`),
      tokenId: await one(sql`insert into personal_tokens (organization_id, user_id, name, prefix, hash, created_at)
        values (${organization}, ${first.owner}, 't', 'tgp_t', sha256('t'), now()) returning id`),
      deletionId: await one(
        sql`insert into deletions (organization_id, kind, created_at) values (${organization}, 'project', now()) returning id`,
      ),
      runId: await one(
        sql`insert into price_syncs (kind, status, source, started_at, finished_at) values ('sync', 'unchanged', 's', now(), now()) returning id`,
      ),
      id: await one(sql`
        with series as (insert into usage_series (project_id, hash, source, provider, model)
          values (${project}, gen_random_uuid(), 'openai.chat', 'openai', 'm') returning id)
        insert into usage_records (project_id, series_id, ts, event_id, status, cost_status)
        select ${project}::integer, id, '2026-08-01T10:00:00Z', gen_random_uuid(), 'ok', 'unpriced' from series
        returning event_id as id`),
      token: 'nonsense',
      sessionId: '00000000-0000-7000-8000-000000000000',
    });
  }

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  async function restore(): Promise<void> {
    await sql`delete from organizations`.execute(api.database.owner);
    await sql`delete from users`.execute(api.database.owner);
    for (const name of KEPT) {
      await sql`insert into ${sql.id(name)} overriding system value select * from jsonb_populate_recordset(null::${sql.id(name)}, ${kept.get(name)}::jsonb)`.execute(
        api.database.owner,
      );
    }
  }

  const keyOf = (method: string, path: string) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`;

  async function ask(path: string, method: string, operation: OpenApiOperation) {
    const answers = {} as Record<Asker, Answer>;
    for (const asker of ASKERS) {
      const reply = await send(asker, path, method, operation);
      answers[asker] = answerOf(asker, reply, path, operation);
      if (method !== 'get' && reply.statusCode < 300) await restore();
    }
    return { key: keyOf(method, path), answers };
  }

  function send(asker: Asker, path: string, method: string, operation: OpenApiOperation) {
    // Strangers ask for what is there; the organization's own people change only what is not.
    const real = asker === 'foreign' || method === 'get';
    const ids = Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, real || typeof value === 'string' ? value : NOTHING]),
    );
    const given: Given = { ...GIVEN, ...(asker === 'foreign' ? { projectId: [own.projectId] } : {}) };
    const query = operation.parameters
      .filter((one) => one.in === 'query' && (one.required || Object.hasOwn(given, one.name)))
      .map(({ name, schema }) => `${name}=${encodeURIComponent(textOf(name, schema, given))}`);
    const schema = operation.requestBody?.content['application/json']?.schema;
    const body = schema && exampleOf(schema, document.components.schemas, given);
    return api.server.inject({
      method: method.toUpperCase() as 'GET',
      url: fillPath(path, ids) + (query.length > 0 ? `?${query.join('&')}` : ''),
      headers: {
        'x-forwarded-for': api.address,
        ...cookies.get(asker),
        ...(schema ? { 'content-type': 'application/json' } : {}),
      },
      ...(schema ? { payload: JSON.stringify(body) } : {}),
    });
  }

  const textOf = (name: string, schema: Record<string, unknown>, given: Given): string => {
    if (Object.hasOwn(given, name)) return String([given[name]].flat()[0]);
    return String([exampleOf(schema, document.components.schemas)].flat()[0]);
  };

  function answerOf(
    asker: Asker,
    reply: { statusCode: number; body: string; json(): { code?: string } },
    path: string,
    operation: OpenApiOperation,
  ): Answer {
    const code = reply.statusCode >= 400 ? reply.json().code : undefined;
    const isPublic = Array.isArray(operation.security) && operation.security.length === 0;
    if (code === 'unauthenticated' && asker === 'nobody' && !isPublic) return 'log in';
    if (code === 'forbidden' || code === 'insufficient_scope') return 'no';
    const names =
      path.includes('{') ||
      operation.parameters.some(({ name }) => name === 'projectId') ||
      operation.requestBody !== undefined;
    if (asker === 'foreign' && code === 'not_found' && names) return 'hidden';
    return 'yes';
  }

  it('is asked about things that are there', () => {
    const named = operations().flatMap(({ path }) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''));
    expect(named.filter((name) => own[name] === undefined)).toEqual([]);
  });

  it('is what the table says', async () => {
    const lines = table.map(
      ({ key, answers }) =>
        `| ${key} | ${[...ROLES, 'nobody', 'foreign'].map((asker) => answers[asker as Asker]).join(' | ')} |`,
    );
    const page = `# Who may do what

Found out by asking every route as everybody. \`no\` is 403, \`log in\` is 401, \`hidden\` is 404 for the owner of another organization who names a
thing of this one; \`yes\` under \`foreign\` is about their own things, or about the price list, which all share.

| route | owner | admin | member | viewer | nobody | foreign |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
    await expect(page).toMatchFileSnapshot('access.md');
  });

  it('is what the document says', () => {
    const said = new Map(
      operations().map(({ path, method, operation }) => [keyOf(method, path), operation['x-least-role']]),
    );
    for (const { key, answers } of table) {
      const allowed = ROLES.filter((role) => answers[role] === 'yes');
      const least = answers.nobody === 'log in' ? allowed.at(-1) : 'public';
      expect(least, key).toBe(said.get(key) ?? 'public');
      if (least === 'public') continue;
      // Whoever is more powerful may do at least as much.
      expect(ROLES.slice(0, allowed.length), key).toEqual(allowed);
    }
  });

  it("shows nobody what is another organization's", () => {
    // The list is everybody's; the keys of a project that one does not see are none.
    const shared = /^\w+ \/(prices\/runs|exports\/files|account\/sessions)|^GET \/projects\/\{projectId\}\/keys$/;
    for (const { key, answers } of table) {
      if (key.includes('{') && !shared.test(key)) expect(['hidden', 'no'], key).toContain(answers.foreign);
    }
  });
});
