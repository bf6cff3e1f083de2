import { sql } from 'kysely';
import { parseAllowedHosts } from '../../http/address-rules.ts';
import { createMailTransport } from '../../mail/send-mail.ts';
import { createSealer, type Sealer } from '../../sealing.ts';
import { type TestClock, testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { type ChannelSecrets, sealSecrets } from '../channels/channel-secrets.ts';
import type { DeliverContext } from './deliver-alert.ts';
import type { NewAlert } from './raise-alert.ts';

interface Queued {
  deliveryId: string;
  id: string | undefined;
  delayMs: number | undefined;
}

export interface AlertFixture {
  database: TestDatabase;
  clock: TestClock;
  sealer: Sealer;
  ctx: DeliverContext;
  /** Deliveries that were handed over, and for when. */
  queued: Queued[];
  pass(ms: number): void;
  addChannel(channel: TestChannel): Promise<number>;
  deliveries(alertId: number | undefined): Promise<DeliveryRow[]>;
}

interface TestChannel {
  kind: 'email' | 'slack' | 'webhook' | 'pagerduty';
  addresses?: string[];
  secrets?: ChannelSecrets;
  quiet?: { from: number; to: number };
}

interface DeliveryRow {
  id: string;
  channel_id: number | null;
  event: string;
  state: string;
  attempts: number;
  next_attempt_at: Date;
  held_by: string | null;
  last_status: number | null;
  last_code: string | null;
}

/** One organization, and a worker that may send to this machine. */
export async function startAlertFixture(
  options: { smtpUrl?: string; pagerDutyUrl?: string } = {},
): Promise<AlertFixture> {
  const database = await createTestDatabase();
  await sql`insert into organizations (id, name, time_zone) values (1, 'Acme <Labs>', 'Europe/Berlin')`.execute(
    database.owner,
  );
  const clock = testClock('2026-08-03T12:00:00Z');
  const sealer = createSealer('only-for-tests-only-for-tests');
  const queued: Queued[] = [];
  const mail = options.smtpUrl && { smtpUrl: options.smtpUrl, from: 'alerts@tokengrip.test', publicUrl: '' };
  const ctx: DeliverContext = {
    ...testContext(database.as('worker'), clock),
    sealer,
    alerting: {
      outgoing: { allowed: parseAllowedHosts('127.0.0.1'), airGapped: false },
      pagerDutyUrl: options.pagerDutyUrl ?? 'https://pagerduty.test',
      publicUrl: 'https://tokengrip.test',
    },
    ...(mail ? { mailTransport: createMailTransport(mail) } : {}),
    jobs: {
      send: async (_definition, payload, id, delayMs) => {
        queued.push({ deliveryId: (payload as { deliveryId: string }).deliveryId, id, delayMs });
      },
    },
  };
  return {
    database,
    clock,
    sealer,
    ctx,
    queued,
    pass: (ms) => clock.set(new Date(clock.now().getTime() + ms).toISOString()),
    async addChannel({ kind, addresses = [], secrets, quiet }) {
      const { rows: next } = await sql<{ id: number }>`
        select nextval('channels_id_seq')::integer as id`.execute(database.owner);
      const channelId = next[0]?.id ?? 0;
      const sealed = secrets ? sealSecrets(sealer, { organizationId: 1, channelId }, secrets) : null;
      await sql`
        insert into channels (id, organization_id, kind, name, enabled, addresses, target, sealed, quiet_from, quiet_to, created_at,
          updated_at)
        values (${channelId}, 1, ${kind}, ${kind}, true, ${addresses}::text[], 'somewhere', ${sealed},
          ${quiet?.from ?? null}, ${quiet?.to ?? null}, now(), now())`.execute(database.owner);
      return channelId;
    },
    async deliveries(alertId) {
      const { rows } = await sql<DeliveryRow>`
        select id, channel_id, event, state, attempts, next_attempt_at, held_by, last_status, last_code
        from alert_deliveries where alert_id = ${alertId} order by created_at, channel_id, event`.execute(
        database.owner,
      );
      return rows;
    },
  };
}

let count = 0;

/** An alert that was never raised before. */
export function testAlert(given: Partial<NewAlert> = {}): NewAlert {
  count += 1;
  return {
    kind: 'spend_anomaly',
    dedupKey: `test:${count}`,
    severity: 'warning',
    occurredAt: new Date('2026-08-03T11:00:00Z'),
    title: 'Spend is 3.1 times the usual',
    text: ['$12.40 were spent from 10:00 to 12:00, where $4.00 are usual.'],
    facts: [{ label: 'Above the usual', value: '$8.40' }],
    drivers: [
      {
        dimension: 'feature',
        value: 'summarize',
        label: 'summarize',
        sharePercent: 71,
        sentence: 'Feature <summarize> is 71 % of the rise.',
      },
    ],
    path: '/records?feature=summarize',
    ...given,
  };
}
