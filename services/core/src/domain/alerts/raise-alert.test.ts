import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import type { AlertContext } from './alert-context.ts';
import { type NewAlert, raiseAlert } from './raise-alert.ts';
import { resolveAlert } from './resolve-alert.ts';

let database: TestDatabase;
const queued: string[] = [];
const clock = testClock();

beforeAll(async () => {
  database = await createTestDatabase();
  await sql`
    insert into organizations (id, name) values (1, 'One'), (2, 'Two');
    insert into channels (id, organization_id, kind, name, enabled, addresses, target, sealed, created_at, updated_at)
    values (1, 1, 'email', 'Mail', true, '{a@one.test}', 'a@one.test', null, now(), now()),
      (2, 1, 'pagerduty', 'Pager', true, '{}', 'x', 'x', now(), now()),
      (3, 1, 'webhook', 'Off', false, '{}', 'x', 'x', now(), now()),
      (4, 2, 'webhook', 'Theirs', true, '{}', 'x', 'x', now(), now());
    insert into alert_settings (organization_id, kind, enabled, channel_ids)
    values (1, 'unpriced_model', true, '{1,2,3,4}'), (1, 'price_changed', false, '{1}')`.execute(database.owner);
});
afterAll(() => database.drop());

const worker = (): AlertContext => ({
  ...testContext(database.as('worker'), clock),
  jobs: {
    send: async (_definition, payload) => {
      queued.push((payload as { deliveryId: string }).deliveryId);
    },
  },
});

const alert = (given: Partial<NewAlert> = {}): NewAlert => ({
  kind: 'unpriced_model',
  dedupKey: 'unpriced:1:m',
  severity: 'warning',
  occurredAt: clock.now(),
  title: 'The model m has no price',
  text: ['12 calls of it count as nothing.'],
  facts: [{ label: 'Calls', value: '12' }],
  drivers: [],
  path: '/models?model=m',
  ...given,
});

const deliveriesOf = async (id: number | undefined) => {
  const { rows } = await sql<{ id: string; channel_id: number; event: string }>`
    select id, channel_id, event from alert_deliveries where alert_id = ${id} order by created_at, channel_id, event`.execute(
    database.owner,
  );
  return rows;
};

describe('raising an alert', () => {
  it('happens once though several workers do it at the same time, with a delivery for each channel that is on', async () => {
    const workers = [worker(), worker(), worker()];
    const raised = await Promise.all([...workers, ...workers].map((ctx) => raiseAlert(ctx, 1, alert())));
    const ids = raised.filter((one) => one !== null);
    expect(ids).toHaveLength(1);
    const deliveries = await deliveriesOf(ids[0]?.id);
    expect(deliveries.map(({ channel_id }) => channel_id)).toEqual([1, 2]);
    expect(queued.sort()).toEqual(deliveries.map(({ id }) => id).sort());
  });

  it('is each organization’s own', async () => {
    expect(await raiseAlert(worker(), 2, alert())).not.toBeNull();
  });

  it('goes to the channels that are named, to none if none is, and never to those of others', async () => {
    const named = await raiseAlert(worker(), 1, alert({ dedupKey: 'named', channelIds: [2, 4] }));
    expect((await deliveriesOf(named?.id)).map(({ channel_id }) => channel_id)).toEqual([2]);
    const none = await raiseAlert(worker(), 1, alert({ dedupKey: 'none', channelIds: [] }));
    expect(await deliveriesOf(none?.id)).toEqual([]);
  });

  it('does not happen for a kind that is switched off', async () => {
    expect(await raiseAlert(worker(), 1, alert({ kind: 'price_changed', dedupKey: 'p' }))).toBeNull();
  });

  it('holds without Redis: the deliveries are there for whoever looks next', async () => {
    const ctx = { ...worker(), jobs: { send: () => Promise.reject(new Error('Redis is away')) } };
    const raised = await raiseAlert(ctx, 1, alert({ dedupKey: 'no-redis' }));
    expect(await deliveriesOf(raised?.id)).toHaveLength(2);
  });
});

describe('resolving an alert', () => {
  it('tells those once who keep an incident of their own, and people only of what they wait for', async () => {
    const raised = await raiseAlert(worker(), 1, alert({ dedupKey: 'over', channelIds: [1, 2] }));
    await Promise.all([resolveAlert(worker(), 1, 'over'), resolveAlert(worker(), 1, 'over')]);
    expect(await deliveriesOf(raised?.id)).toMatchObject([
      { channel_id: 1, event: 'raised' },
      { channel_id: 2, event: 'raised' },
      { channel_id: 2, event: 'resolved' },
    ]);
    const silent = await raiseAlert(worker(), 1, alert({ kind: 'ingest_silent', dedupKey: 's', channelIds: [1] }));
    await resolveAlert(worker(), 1, 's');
    expect((await deliveriesOf(silent?.id)).map(({ event }) => event)).toEqual(['raised', 'resolved']);
  });

  it('does nothing for what was never raised', async () => {
    await resolveAlert(worker(), 1, 'never');
    const { rows } = await sql`select from alerts where dedup_key = 'never'`.execute(database.owner);
    expect(rows).toEqual([]);
  });
});
