import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../clock.ts';
import { createSealer } from '../../sealing.ts';
import { startReceiver, status, type TestReceiver } from '../../testing/http-receiver.ts';
import { startMailServer, type TestMailServer } from '../../testing/mail-server.ts';
import { deliverAlert } from './deliver-alert.ts';
import { keepAlerts } from './keep-alerts.ts';
import { raiseAlert } from './raise-alert.ts';
import { resolveAlert } from './resolve-alert.ts';
import { MAX_ATTEMPTS } from './retry.ts';
import { type AlertFixture, startAlertFixture, testAlert } from './testing.ts';

let fixture: AlertFixture;
let receiver: TestReceiver;
let mail: TestMailServer;

beforeAll(async () => {
  [receiver, mail] = await Promise.all([startReceiver(), startMailServer()]);
  fixture = await startAlertFixture({ smtpUrl: mail.url, pagerDutyUrl: receiver.url });
});
afterAll(async () => {
  fixture.ctx.mailTransport?.close();
  await Promise.all([receiver.close(), mail.close()]);
  await fixture.database.drop();
});
beforeEach(() => {
  receiver.requests.length = 0;
  mail.mails.length = 0;
  fixture.queued.length = 0;
});

const webhook = () =>
  fixture.addChannel({ kind: 'webhook', secrets: { url: `${receiver.url}/hook?key=hidden`, secret: 'signing' } });

/** Raises an alert to a channel and returns its delivery's id. */
async function raise(channelId: number, given: Parameters<typeof testAlert>[0] = {}) {
  const raised = await raiseAlert(fixture.ctx, 1, testAlert({ channelIds: [channelId], ...given }));
  const [delivery] = await fixture.deliveries(raised?.id);
  return { alertId: raised?.id, id: delivery?.id ?? '' };
}

const attempt = (id: string) => deliverAlert(fixture.ctx, id);
const stateOf = async (alertId: number | undefined) => (await fixture.deliveries(alertId))[0];
const logOf = async (id: string) => {
  const { rows } = await sql<{ attempt: number; status: number | null; code: string | null }>`
    select attempt, status, code from alert_delivery_attempts where delivery_id = ${id} order by attempt`.execute(
    fixture.database.owner,
  );
  return rows;
};

describe('a delivery', () => {
  it('is tried again after a failure, under the same id, until it arrives', async () => {
    const { alertId, id } = await raise(await webhook());
    receiver.next(status(500), status(404), status(429, { 'retry-after': '90' }));
    const waits: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      await attempt(id);
      const delivery = await stateOf(alertId);
      waits.push((delivery?.next_attempt_at.getTime() ?? 0) - fixture.clock.now().getTime());
      if (delivery?.state === 'queued') fixture.clock.set(delivery.next_attempt_at.toISOString());
    }
    expect(await stateOf(alertId)).toMatchObject({
      state: 'delivered',
      attempts: 4,
      last_status: 200,
      last_code: null,
    });
    expect(receiver.requests.map(({ headers }) => headers['x-tokengrip-delivery'])).toEqual([id, id, id, id]);
    expect(await logOf(id)).toEqual([
      { attempt: 1, status: 500, code: 'http_error' },
      { attempt: 2, status: 404, code: 'http_error' },
      { attempt: 3, status: 429, code: 'rate_limited' },
      { attempt: 4, status: 200, code: null },
    ]);
    for (const [place, [from, to]] of (
      [
        [9, 11],
        [27, 33],
        [108, 132],
      ] as const
    ).entries()) {
      expect(waits[place]).toBeGreaterThanOrEqual(from * SECOND);
      expect(waits[place]).toBeLessThanOrEqual(to * SECOND);
    }
  });

  it('waits as long as the receiver asks for, and at most a day', async () => {
    const channelId = await webhook();
    for (const [asked, wait] of [
      ['600', 600 * SECOND],
      ['9999999', DAY],
    ] as const) {
      const { alertId, id } = await raise(channelId);
      receiver.next(status(503, { 'retry-after': asked }));
      await attempt(id);
      const due = (await stateOf(alertId))?.next_attempt_at.getTime() ?? 0;
      expect(due - fixture.clock.now().getTime()).toBe(wait);
      expect(fixture.queued.at(-1)).toMatchObject({ deliveryId: id, delayMs: wait });
    }
  });

  it('is given up after ten attempts', async () => {
    const { alertId, id } = await raise(await webhook());
    receiver.next(...Array.from({ length: MAX_ATTEMPTS }, () => status(500)));
    for (let tries = 0; tries < MAX_ATTEMPTS + 2; tries += 1) {
      await attempt(id);
      fixture.pass(10 * HOUR);
    }
    expect(receiver.requests).toHaveLength(MAX_ATTEMPTS);
    expect(await stateOf(alertId)).toMatchObject({
      state: 'failed',
      attempts: 10,
      last_code: 'http_error',
      last_status: 500,
    });
  });

  it.each([
    ['a redirect', status(302, { location: '/elsewhere' }), 'redirect_refused', 302],
    ['410 Gone', status(410), 'rejected', 410],
  ])('is given up at once at %s', async (_name, answer, code, httpStatus) => {
    const { alertId, id } = await raise(await webhook());
    receiver.next(answer);
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({
      state: 'failed',
      attempts: 1,
      last_code: code,
      last_status: httpStatus,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('is refused where the host is inside and not allowed, and where the secret is of another installation', async () => {
    const inside = await fixture.addChannel({ kind: 'slack', secrets: { url: 'http://169.254.169.254/latest' } });
    const { alertId, id } = await raise(inside);
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'failed', last_code: 'address_refused' });
    const other = await raise(await webhook());
    await deliverAlert({ ...fixture.ctx, sealer: createSealer('another secret altogether') }, other.id);
    expect(await stateOf(other.alertId)).toMatchObject({ state: 'failed', last_code: 'secret_unreadable' });
  });

  it('is made once by workers that take it at the same time, and by one that comes while it is being sent', async () => {
    const { id } = await raise(await webhook());
    let answer: () => void = () => {};
    receiver.next((reply) => {
      answer = () => reply.end();
    });
    const first = Promise.all([attempt(id), attempt(id), attempt(id)]);
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(1));
    await attempt(id);
    answer();
    await first;
    await attempt(id);
    expect(receiver.requests).toHaveLength(1);
  });

  it('is taken over from a worker that died, and says so', async () => {
    const { alertId, id } = await raise(await webhook());
    await sql`update alert_deliveries set attempts = 1, claimed_until = ${new Date(fixture.clock.now().getTime() + MINUTE)}
      where id = ${id}`.execute(fixture.database.owner);
    await attempt(id);
    expect(receiver.requests).toHaveLength(0);
    fixture.pass(2 * MINUTE);
    fixture.queued.length = 0;
    await keepAlerts(fixture.ctx);
    expect(fixture.queued.map(({ deliveryId }) => deliveryId)).toContain(id);
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'delivered', attempts: 2 });
    expect((await logOf(id)).map(({ code }) => code)).toEqual(['interrupted', null]);
  });

  it('reaches the receiver though the process ended between the commit and the queue', async () => {
    const channelId = await webhook();
    const dead = { ...fixture.ctx, jobs: { send: () => Promise.reject(new Error('gone')) } };
    const raised = await raiseAlert(dead, 1, testAlert({ channelIds: [channelId] }));
    const id = (await fixture.deliveries(raised?.id))[0]?.id ?? '';
    const found = async () => {
      fixture.queued.length = 0;
      await keepAlerts(fixture.ctx);
      return fixture.queued.some(({ deliveryId }) => deliveryId === id);
    };
    // A job may well be on its way.
    expect(await found()).toBe(false);
    fixture.pass(61 * SECOND);
    expect(await found()).toBe(true);
    await attempt(id);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('what is due in quiet hours', () => {
  const quiet = { from: 22 * 60, to: 7 * 60 };
  const quietChannel = () => fixture.addChannel({ kind: 'slack', secrets: { url: `${receiver.url}/slack` }, quiet });

  it.each([
    ['a usual night', '2026-08-03T21:00:00Z', '2026-08-04T05:00:00.000Z'],
    ['the night of the long hour', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
    ['the night without an hour', '2026-03-28T23:00:00Z', '2026-03-29T05:00:00.000Z'],
  ])('is held until the morning in %s', async (_name, now, morning) => {
    fixture.clock.set(now);
    const { alertId, id } = await raise(await quietChannel());
    await attempt(id);
    const held = await stateOf(alertId);
    expect(held).toMatchObject({
      state: 'held',
      held_by: 'quiet_hours',
      attempts: 0,
      next_attempt_at: new Date(morning),
    });
    expect(fixture.queued.at(-1)?.delayMs).toBe(new Date(morning).getTime() - new Date(now).getTime());
    fixture.clock.set(morning);
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'delivered', held_by: null });
  });

  it('is sent at once where it is critical', async () => {
    fixture.clock.set('2026-08-03T23:00:00Z');
    const { alertId, id } = await raise(await quietChannel(), { severity: 'critical' });
    await attempt(id);
    expect((await stateOf(alertId))?.state).toBe('delivered');
  });

  it('comes in order, and says that it is over by then', async () => {
    fixture.clock.set('2026-08-03T23:00:00Z');
    const alert = testAlert({ channelIds: [await quietChannel()] });
    const raised = await raiseAlert(fixture.ctx, 1, alert);
    const [first] = await fixture.deliveries(raised?.id);
    await attempt(first?.id ?? '');
    fixture.pass(MINUTE);
    await resolveAlert(fixture.ctx, 1, alert.dedupKey);
    const second = (await fixture.deliveries(raised?.id))[1];
    fixture.clock.set('2026-08-04T05:00:30Z');
    await attempt(second?.id ?? '');
    expect(receiver.requests).toHaveLength(0);
    await attempt(first?.id ?? '');
    await attempt(second?.id ?? '');
    expect(receiver.requests.map(({ body }) => JSON.parse(body).text)).toEqual([
      'Spend is 3.1 times the usual',
      'Resolved: Spend is 3.1 times the usual',
    ]);
    expect(receiver.requests[0]?.body).toContain('Meanwhile it is over, since 2026-08-03 23:01 UTC.');
  });

  it('is held by a snooze of the kind, too, however critical it is', async () => {
    fixture.clock.set('2026-08-05T12:00:00Z');
    const until = new Date('2026-08-05T18:00:00Z');
    await sql`insert into alert_settings (organization_id, kind, enabled, channel_ids, snoozed_until)
      values (1, 'error_rate', true, '{}', ${until})`.execute(fixture.database.owner);
    const { alertId, id } = await raise(await webhook(), { kind: 'error_rate', severity: 'critical' });
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'held', held_by: 'kind_snoozed', next_attempt_at: until });
  });
});

describe('channels', () => {
  it('send Slack blocks in which nothing becomes a mention or a link', async () => {
    const channel = await fixture.addChannel({ kind: 'slack', secrets: { url: `${receiver.url}/services/T/B/x` } });
    const { id } = await raise(channel, { title: 'Spend <!channel> & co', severity: 'critical' });
    await attempt(id);
    const [request] = receiver.requests;
    expect(request?.path).toBe('/services/T/B/x');
    const { text, blocks } = JSON.parse(request?.body ?? '');
    expect(text).toBe('Spend &lt;!channel&gt; &amp; co');
    expect(blocks.map(({ type }: { type: string }) => type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'section',
      'context',
    ]);
    expect(blocks[3].text.text).toBe('• Feature &lt;summarize&gt; is 71 % of the rise.');
    expect(blocks[4].text.text).toContain('<https://tokengrip.test/records?feature=summarize|Open the records>');
    expect(blocks[5].elements[0].text).toContain('Acme &lt;Labs&gt;');
  });

  it('lead to the page of the dashboard, in whose addresses filters and days have other names', async () => {
    const path = '/records?projectId=7&status=error&from=2026-08-03T21:00:00.000Z&to=2026-08-04T22:00:00.000Z';
    const { id } = await raise(await webhook(), { path });
    await attempt(id);
    expect(JSON.parse(receiver.requests[0]?.body ?? '').alert.recordsUrl).toBe(
      'https://tokengrip.test/records?project=7&status=error&range=custom&from=2026-08-03&to=2026-08-04',
    );
  });

  it('send a mail to each address in both forms, and after a failure only to those who have none', async () => {
    const addresses = ['ada@example.com', 'bob@example.com'];
    const { alertId, id } = await raise(await fixture.addChannel({ kind: 'email', addresses }), {
      severity: 'critical',
    });
    const transport = fixture.ctx.mailTransport;
    const halfway = {
      close: () => {},
      send: async (one: Parameters<NonNullable<typeof transport>['send']>[0]) => {
        if (one.to === 'bob@example.com') throw Object.assign(new Error('later'), { responseCode: 451 });
        await transport?.send(one);
      },
    };
    await deliverAlert({ ...fixture.ctx, mailTransport: halfway }, id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'queued', last_code: 'mail_failed', last_status: 451 });
    fixture.pass(MINUTE);
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(mail.mails.map(({ to }) => to)).toEqual([['ada@example.com'], ['bob@example.com']]);
    // Lines of quoted-printable text may be broken anywhere.
    const source = mail.mails[0]?.source.replaceAll('=\r\n', '') ?? '';
    expect(source).toMatch(/^Subject: Critical: Spend is 3\.1 times the usual\r$/m);
    expect(source).toMatch(new RegExp(`^Message-ID: <${id}\\.[0-9a-f]{12}@tokengrip>\r$`, 'm'));
    expect(source).toContain('Feature <summarize> is 71');
    expect(source).toContain('Feature &lt;summarize&gt; is 71');
  });

  it('keep their delivery from other workers while a slow server takes its time with many addresses', async () => {
    const addresses = Array.from({ length: 20 }, (_, i) => `reader-${i}@example.com`);
    const { alertId, id } = await raise(await fixture.addChannel({ kind: 'email', addresses }));
    const sent: string[] = [];
    const slow = {
      close: () => {},
      async send({ to }: { to: string }) {
        sent.push(to);
        if (sent.length % 5 > 0) return;
        fixture.pass(40 * SECOND);
        await attempt(id);
      },
    };
    await deliverAlert({ ...fixture.ctx, mailTransport: slow }, id);
    expect(sent.toSorted()).toEqual(addresses.toSorted());
    expect(mail.mails).toEqual([]);
    expect(await stateOf(alertId)).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('remember who has a mail when their worker dies on the way, and stop where another has taken over', async () => {
    const addresses = Array.from({ length: 12 }, (_, i) => `reader-${i}@example.com`);
    const { alertId, id } = await raise(await fixture.addChannel({ kind: 'email', addresses }));
    const sent: string[] = [];
    const stuck = {
      close: () => {},
      async send({ to }: { to: string }) {
        sent.push(to);
        if (sent.length !== 10) return;
        // So long that somebody else takes it, who sends what is left.
        fixture.pass(2 * MINUTE);
        await attempt(id);
      },
    };
    await deliverAlert({ ...fixture.ctx, mailTransport: stuck }, id);
    expect(sent).toHaveLength(10);
    expect(mail.mails.flatMap(({ to }) => to).toSorted()).toEqual(addresses.slice(5).toSorted());
    expect(await stateOf(alertId)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('give up a mail that nobody takes, and one where no server is known', async () => {
    const channel = await fixture.addChannel({ kind: 'email', addresses: ['ada@example.com'] });
    const { mailTransport: _none, ...without } = fixture.ctx;
    const first = await raise(channel);
    await deliverAlert(without, first.id);
    expect(await stateOf(first.alertId)).toMatchObject({ state: 'failed', last_code: 'mail_not_configured' });
    const refusing = {
      close: () => {},
      send: () => Promise.reject(Object.assign(new Error('no'), { responseCode: 550 })),
    };
    const second = await raise(channel);
    await deliverAlert({ ...fixture.ctx, mailTransport: refusing }, second.id);
    expect(await stateOf(second.alertId)).toMatchObject({
      state: 'failed',
      last_code: 'mail_rejected',
      last_status: 550,
    });
  });

  it('open and close one incident at PagerDuty', async () => {
    const routingKey = 'R'.repeat(32);
    const alert = testAlert({ channelIds: [await fixture.addChannel({ kind: 'pagerduty', secrets: { routingKey } })] });
    const raised = await raiseAlert(fixture.ctx, 1, alert);
    await resolveAlert(fixture.ctx, 1, alert.dedupKey);
    const deliveries = await fixture.deliveries(raised?.id);
    receiver.next(status(202), status(202));
    for (const { id } of deliveries) await attempt(id);
    const bodies = receiver.requests.map(({ body }) => JSON.parse(body));
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/v2/enqueue', '/v2/enqueue']);
    expect(bodies.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    expect(new Set(bodies.map(({ dedup_key }) => dedup_key))).toEqual(new Set([`tokengrip-${deliveries[0]?.id}`]));
    expect(bodies[0]).toMatchObject({
      routing_key: routingKey,
      client_url: `https://tokengrip.test/alerts/${raised?.id}`,
      payload: {
        severity: 'warning',
        source: 'Acme <Labs>',
        class: 'spend_anomaly',
        timestamp: '2026-08-03T11:00:00.000Z',
      },
    });
  });

  it('are not used once they are gone', async () => {
    const channel = await webhook();
    const { alertId, id } = await raise(channel);
    await sql`delete from channels where id = ${channel}`.execute(fixture.database.owner);
    await attempt(id);
    expect(await stateOf(alertId)).toMatchObject({ state: 'failed', last_code: 'channel_removed', channel_id: null });
  });
});
