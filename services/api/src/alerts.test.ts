import type { AlertDetail, AlertPage, AlertSetting, DeliveryPage } from '@tokengrip/core/contract/alerts';
import type { Channel, ChannelList, ChannelWithSecret, NewChannel } from '@tokengrip/core/contract/channels';
import { type DeliverContext, deliverAlert } from '@tokengrip/core/domain/alerts/deliver-alert';
import { type NewAlert, raiseAlert } from '@tokengrip/core/domain/alerts/raise-alert';
import { testAlert } from '@tokengrip/core/domain/alerts/testing';
import { parseAllowedHosts } from '@tokengrip/core/http/address-rules';
import { createSealer } from '@tokengrip/core/sealing';
import { testContext } from '@tokengrip/core/testing/context';
import { startReceiver, status, type TestReceiver } from '@tokengrip/core/testing/http-receiver';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let receiver: TestReceiver;
let organizationId: number;
let worker: DeliverContext;

beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), startReceiver()]);
  const owner = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'UTC' };
  api.signIn(await api.post('/auth/setup', owner));
  const { rows } = await sql<{ id: number }>`select id from organizations`.execute(api.database.owner);
  organizationId = rows[0]?.id ?? 0;
  worker = {
    ...testContext(api.database.as('worker'), api.clock),
    sealer: createSealer('only-for-tests-only-for-tests'),
    alerting: {
      outgoing: { allowed: parseAllowedHosts('127.0.0.1'), airGapped: false },
      pagerDutyUrl: receiver.url,
      publicUrl: 'https://tokengrip.test',
    },
    jobs: { send: async () => {} },
  };
  await sql`insert into organizations (id, name) values (99, 'Other');
    insert into channels (id, organization_id, kind, name, enabled, addresses, target, created_at, updated_at)
      values (990, 99, 'email', 'Theirs', true, '{a@b.test}', 'a@b.test', now(), now());
    insert into alerts (id, organization_id, kind, dedup_key, severity, title, text, facts, drivers, path, occurred_at, raised_at)
      values (990, 99, 'error_rate', 'k', 'info', 'Theirs', '{}', '[]', '[]', '/', now(), now())`.execute(
    api.database.owner,
  );
});
afterAll(async () => {
  await receiver.close();
  await api.close();
});
beforeEach(() => {
  receiver.requests.length = 0;
});

const channel = (given: Partial<NewChannel> = {}): NewChannel => ({
  kind: 'webhook',
  name: 'Hook',
  enabled: true,
  quietHours: null,
  url: `${receiver.url}/hook?token=hidden`,
  ...given,
});
const slack = () => channel({ kind: 'slack', name: 'Slack', url: `${receiver.url}/services/T0/B0/secret-part` });
const make = async (given: NewChannel = channel()): Promise<ChannelWithSecret> => {
  const reply = await api.post('/channels', given);
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
const change = ({ name, enabled, quietHours }: Channel, given: object) => ({ name, enabled, quietHours, ...given });
const raise = async (given: Partial<NewAlert> = {}) => {
  const raised = await raiseAlert(worker, organizationId, testAlert(given));
  return raised?.id ?? 0;
};
const detailOf = async (id: number): Promise<AlertDetail> => (await api.get(`/alerts/${id}`)).json();
/** What the worker does with all that waits. */
const work = async () => {
  const { rows } = await sql<{ id: string }>`
    select id from alert_deliveries where state in ('queued', 'held') order by created_at, event`.execute(
    api.database.owner,
  );
  for (const { id } of rows) await deliverAlert(worker, id);
};
/** Lets time go by, and logs in again: a session's token lives for minutes. */
const pass = async (ms: number) => {
  api.pass(ms);
  api.signIn(await api.post('/auth/login', { email: 'ada@example.com', password: 'a long enough password' }));
};
const asRole = async (role: string, work: () => Promise<void>) => {
  await sql`update memberships set role = ${role}`.execute(api.database.owner);
  await work().finally(() => sql`update memberships set role = 'owner'`.execute(api.database.owner));
};
/** Presses the button, while a worker works. */
const press = async (id: number) => {
  const pressed = api.post(`/channels/${id}/test`);
  let done = false;
  void pressed.then(() => {
    done = true;
  });
  while (!done) {
    await work();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return (await pressed).json();
};

describe('channels over the api', () => {
  it('show a webhook’s secret once, and nothing that is secret after that', async () => {
    const { channel: made, secret } = await make(channel({ kinds: ['error_rate', 'digest'] }));
    expect(secret).toMatch(/^tgwh_[\w-]{43}$/);
    expect(made).toMatchObject({
      kind: 'webhook',
      target: `${receiver.url}/…`,
      kinds: ['error_rate', 'digest'],
      lastCode: null,
    });
    await make(slack());
    const listed = await api.get('/channels');
    const { rows } = await sql<{
      text: string;
    }>`select coalesce(string_agg(before::text || after::text || sealed, ' '), '') as text
      from audit_log, (select string_agg(encode(sealed, 'escape'), '') as sealed from channels) c`.execute(
      api.database.owner,
    );
    for (const text of [listed.body, rows[0]?.text]) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/hidden|secret-part/);
    }
    expect(listed.json<ChannelList>()).toMatchObject({ mail: false, airGapped: false, timeZone: 'UTC' });
  });

  it('say where they lead only to those who may change them', async () => {
    const { url: _none, ...mail } = channel({ kind: 'email', name: 'Mail', addresses: ['secretary@example.com'] });
    await make(mail);
    await make();
    const asOwner = await api.get('/channels');
    expect(asOwner.body).toContain('secretary@example.com');
    for (const role of ['member', 'viewer']) {
      await asRole(role, async () => {
        const seen = await api.get('/channels');
        expect(seen.body).not.toMatch(/secretary|127\.0\.0\.1/);
        const { channels } = seen.json<ChannelList>();
        expect(channels.map(({ name, kind }) => [name, kind])).toEqual(
          asOwner.json<ChannelList>().channels.map(({ name, kind }) => [name, kind]),
        );
        expect(new Set(channels.map(({ target }) => target))).toEqual(new Set([null]));
      });
    }
  });

  it('say at once what came of a test, and remember it', async () => {
    const { channel: made } = await make();
    expect(await press(made.id)).toMatchObject({
      state: 'delivered',
      event: 'test',
      alert: null,
      lastStatus: 200,
      attempts: 1,
    });
    expect(receiver.requests[0]?.headers['x-tokengrip-event']).toBe('test');
    receiver.next(status(500));
    expect(await press(made.id)).toMatchObject({
      state: 'failed',
      lastStatus: 500,
      lastCode: 'http_error',
      attempts: 1,
    });
    const { channels }: ChannelList = (await api.get('/channels')).json();
    expect(channels.find(({ id }) => id === made.id)).toMatchObject({ lastCode: 'http_error' });
    const { deliveries }: DeliveryPage = (await api.get(`/deliveries?channelId=${made.id}`)).json();
    expect(deliveries.map(({ state }) => state).sort()).toEqual(['delivered', 'failed']);
  });

  it('explain a target inside that nobody has allowed', async () => {
    const { channel: made } = await make(channel({ url: 'http://10.0.0.1/' }));
    expect(await press(made.id)).toMatchObject({ state: 'failed', lastCode: 'address_refused', lastStatus: null });
  });

  it('keep what is secret when something else changes, and sign by both secrets for a day after a new one', async () => {
    const { channel: made, secret } = await make();
    const renamed = await api.put(`/channels/${made.id}`, change(made, { name: 'Renamed', enabled: true }));
    expect(renamed.json()).toMatchObject({ name: 'Renamed', target: made.target });
    const rotated: ChannelWithSecret = (await api.post(`/channels/${made.id}/rotate`)).json();
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.channel.previousSecretUntil).not.toBeNull();
    await press(made.id);
    expect(receiver.requests[0]?.path).toBe('/hook?token=hidden');
    expect(String(receiver.requests[0]?.headers['x-tokengrip-signature']).match(/v1=/g)).toHaveLength(2);
    await pass(25 * 3_600_000);
    await press(made.id);
    expect(String(receiver.requests[1]?.headers['x-tokengrip-signature']).match(/v1=/g)).toHaveLength(1);
    expect((await api.post(`/channels/${(await make(slack())).channel.id}/rotate`)).statusCode).toBe(409);
  });

  it.each<[string, Partial<NewChannel>, string]>([
    ['a webhook without an address', { url: undefined as never }, 'url'],
    ['an address with a password', { url: 'https://a:b@example.com/' }, 'url'],
    ['addresses of a webhook', { addresses: ['a@example.com'] }, 'addresses'],
    ['a mail to nobody', { kind: 'email', url: undefined as never }, 'addresses'],
    ['a name of blanks', { name: ' ' }, 'name'],
    ['a text that cannot be stored', { name: 'a\0' }, 'name'],
    [
      'a routing key of another form',
      { kind: 'pagerduty', url: undefined as never, routingKey: 'short' },
      'routingKey',
    ],
    ['hours that are none', { quietHours: { start: '25:00', end: '07:00', passCritical: true } }, 'quietHours.start'],
  ])('refuse %s', async (_name, given, field) => {
    const reply = await api.post('/channels', JSON.parse(JSON.stringify(channel(given))));
    expect(reply.statusCode).toBe(400);
    expect(reply.json().errors[0]).toMatchObject({ field });
  });

  it('are removed from budgets, kinds and what waits, and stay in the history', async () => {
    const { channel: made } = await make(channel({ kinds: ['error_rate'] }));
    const budget = {
      name: 'B',
      conditions: {},
      measure: 'usd',
      amount: '10',
      period: 'day',
      thresholds: [50],
      notifyForecast: true,
      channelIds: [made.id],
      action: 'notify',
      unpriced: 'open',
      reservation: false,
    };
    const foreign = await api.post('/budgets', { ...budget, channelIds: [990] });
    expect(foreign.json().errors).toMatchObject([{ field: 'channelIds' }]);
    const { id: budgetId } = (await api.post('/budgets', budget)).json();
    const { channels }: ChannelList = (await api.get('/channels')).json();
    expect(channels.find(({ id }) => id === made.id)?.budgets).toEqual([{ id: budgetId, name: 'B' }]);
    const alertId = await raise({ channelIds: [made.id] });
    expect((await api.delete(`/channels/${made.id}`)).statusCode).toBe(204);
    expect((await api.get(`/budgets/${budgetId}`)).json().budget.channelIds).toEqual([]);
    const { settings } = (await api.get('/alerts/settings')).json();
    expect(settings.flatMap(({ channelIds }: AlertSetting) => channelIds)).not.toContain(made.id);
    expect((await detailOf(alertId)).deliveries).toMatchObject([
      { state: 'failed', lastCode: 'channel_removed', channel: { id: null, kind: 'webhook', name: 'Hook' } },
    ]);
  });

  it('hold what is due while they are snoozed, and let it go when that ends', async () => {
    const { channel: made } = await make();
    const until = new Date(api.clock.now().getTime() + 3_600_000).toISOString();
    expect((await api.post(`/channels/${made.id}/snooze`, { until })).json().snoozedUntil).toBe(until);
    const alertId = await raise({ channelIds: [made.id], severity: 'critical' });
    await work();
    expect((await detailOf(alertId)).deliveries).toMatchObject([
      { state: 'held', heldBy: 'channel_snoozed', nextAttemptAt: until },
    ]);
    await api.post(`/channels/${made.id}/snooze`, { until: null });
    await work();
    expect((await detailOf(alertId)).alert.deliveries).toEqual({ delivered: 1, waiting: 0, failed: 0 });
    expect((await api.post(`/channels/${made.id}/snooze`, { until: '2020-01-01T00:00:00Z' })).statusCode).toBe(400);
  });
});

describe('alerts over the api', () => {
  it('are listed page by page, by state and kind, with their counts', async () => {
    await sql`delete from alerts where organization_id = ${organizationId}`.execute(api.database.owner);
    const ids: number[] = [];
    for (let place = 0; place < 5; place += 1) ids.push(await raise(place === 0 ? { kind: 'error_rate' } : {}));
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: AlertPage = (await api.get(`/alerts?limit=2${cursor && `&cursor=${cursor}`}`)).json();
      seen.push(...page.alerts.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids.reverse());
    const of = async (query: string): Promise<number[]> =>
      (await api.get(`/alerts?${query}`)).json().alerts.map(({ id }: { id: number }) => id);
    const [first = 0, second = 0, third = 0, , last = 0] = ids;
    expect(await of('kind=error_rate')).toEqual([last]);
    const until = new Date(api.clock.now().getTime() + 60_000).toISOString();
    await api.post(`/alerts/${first}/acknowledge`);
    await api.post(`/alerts/${second}/resolve`);
    await api.post(`/alerts/${third}/snooze`, { until });
    expect(await of('state=acknowledged')).toEqual([first]);
    expect(await of('state=resolved')).toEqual([second]);
    expect(await of('state=snoozed')).toEqual([third]);
    expect(await of('state=active')).not.toContain(third);
    expect((await api.get('/alerts')).json().counts).toEqual({ open: 2, acknowledged: 1, snoozed: 1 });
    await pass(61_000);
    expect((await api.get('/alerts')).json().counts).toEqual({ open: 3, acknowledged: 1, snoozed: 0 });
  });

  it('are acknowledged and resolved by people, of which an incident elsewhere hears', async () => {
    const routingKey = 'R'.repeat(32);
    const { channel: pager } = await make({
      kind: 'pagerduty',
      name: 'Pager',
      enabled: true,
      quietHours: null,
      routingKey,
    });
    expect(pager.target).toBe('…RRRR');
    const id = await raise({ channelIds: [pager.id] });
    const acknowledged: AlertDetail = (await api.post(`/alerts/${id}/acknowledge`)).json();
    expect(acknowledged.alert).toMatchObject({ state: 'acknowledged', acknowledgedBy: { name: 'Ada' } });
    await api.post(`/alerts/${id}/acknowledge`);
    const resolved: AlertDetail = (await api.post(`/alerts/${id}/resolve`)).json();
    expect(resolved.alert).toMatchObject({ state: 'resolved', resolvedBy: { name: 'Ada' } });
    expect((await api.post(`/alerts/${id}/acknowledge`)).statusCode).toBe(409);
    for (let round = 0; round < 3; round += 1) {
      await work();
      await pass(120_000);
    }
    const events = receiver.requests.filter(({ path }) => path === '/v2/enqueue').map(({ body }) => JSON.parse(body));
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
  });

  it('are sent again by a person, under the same id', async () => {
    const { channel: made } = await make();
    const id = await raise({ channelIds: [made.id] });
    receiver.next(status(410));
    await work();
    const [failed] = (await detailOf(id)).deliveries;
    expect(failed).toMatchObject({ state: 'failed', lastCode: 'rejected', log: [{ status: 410, code: 'rejected' }] });
    expect((await api.post(`/deliveries/${failed?.id}/resend`)).json()).toMatchObject({ state: 'queued' });
    await work();
    expect((await detailOf(id)).deliveries).toMatchObject([
      { id: failed?.id, state: 'delivered', attempts: 2, log: [{}, { code: null }] },
    ]);
    expect(receiver.requests.map(({ headers }) => headers['x-tokengrip-delivery'])).toEqual([failed?.id, failed?.id]);
  });

  it('have settings by kind, of which each has only its own minimums', async () => {
    const { settings } = (await api.get('/alerts/settings')).json();
    const anomaly: AlertSetting = settings.find(({ kind }: AlertSetting) => kind === 'spend_anomaly');
    expect(anomaly).toMatchObject({ enabled: true, minimumUsd: '0.5', minimumCalls: null });
    const { channel: made } = await make();
    const written = { ...anomaly, enabled: false, channelIds: [made.id], minimumUsd: '12.5' };
    const reply = await api.put('/alerts/settings', { settings: [written] });
    expect(reply.json().settings).toContainEqual(written);
    expect(reply.json().settings.find(({ kind }: AlertSetting) => kind === 'digest').enabled).toBe(true);
    expect(await raiseAlert(worker, organizationId, testAlert())).toBeNull();
    for (const [given, field] of [
      [{ minimumCalls: 5 }, 'settings.0.minimumCalls'],
      [{ channelIds: [990] }, 'settings.0.channelIds'],
      [{ snoozedUntil: '2020-01-01T00:00:00.000Z' }, 'settings.0.snoozedUntil'],
    ] as const) {
      const refused = await api.put('/alerts/settings', { settings: [{ ...anomaly, ...given }] });
      expect(refused.json().errors).toMatchObject([{ field }]);
    }
    await api.put('/alerts/settings', { settings: [anomaly] });
  });

  it('are read by viewers, handled by members and set up by admins, and are the organization’s own', async () => {
    const id = await raise();
    const { channel: made } = await make();
    await asRole('viewer', async () => {
      expect((await api.get(`/alerts/${id}`)).statusCode).toBe(200);
      expect((await api.post(`/alerts/${id}/acknowledge`)).statusCode).toBe(403);
    });
    await asRole('member', async () => {
      expect((await api.post(`/alerts/${id}/acknowledge`)).statusCode).toBe(200);
      expect((await api.post('/channels', channel())).statusCode).toBe(403);
      expect((await api.post(`/channels/${made.id}/test`)).statusCode).toBe(403);
    });
    expect((await api.get('/alerts/990')).statusCode).toBe(404);
    expect((await api.put('/channels/990', change(made, {}))).statusCode).toBe(404);
    expect((await api.get('/channels')).body).not.toContain('Theirs');
    const actions = (await api.get('/audit-log?limit=100'))
      .json()
      .lines.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(
      expect.arrayContaining([
        'channel.created',
        'channel.secret_rotated',
        'alert.acknowledged',
        'alert_settings.changed',
      ]),
    );
  });
});
