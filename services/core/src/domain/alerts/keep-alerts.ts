import { sql } from 'kysely';
import { DAY, MINUTE } from '../../clock.ts';
import type { AlertContext } from './alert-context.ts';
import { queueDeliveries, type WaitingDelivery } from './queue-deliveries.ts';

/** A job that is there runs long before. */
const FORGOTTEN_AFTER_MS = MINUTE;
const AT_ONCE = 500;

/** As long as a year's comparison may want them. */
const KEPT_MS = 400 * DAY;
/** Tries of channels. */
const TESTS_KEPT_MS = 30 * DAY;

/**
 * Queues deliveries that are due and that nobody looks after: Redis has lost their job, or never had it, or whoever sent them has
 * died. Deletes what is long over.
 */
export async function keepAlerts(ctx: AlertContext): Promise<void> {
  const now = ctx.clock.now();
  const { rows } = await sql<WaitingDelivery>`
    select id, attempts, next_attempt_at from alert_deliveries
    where state in ('queued', 'held') and next_attempt_at <= ${new Date(now.getTime() - FORGOTTEN_AFTER_MS)}
      and (claimed_until is null or claimed_until <= ${now})
    order by next_attempt_at limit ${AT_ONCE}`.execute(ctx.db);
  if (rows.length > 0) ctx.log.warn({ deliveries: rows.length }, 'deliveries that were forgotten are queued again');
  await queueDeliveries(ctx, rows);
  const kept = new Date(now.getTime() - KEPT_MS);
  await sql`delete from alerts where state = 'resolved' and resolved_at < ${kept}`.execute(ctx.db);
  // The keys of alerts are made of these; with the alerts nobody asks for them any more.
  await sql`delete from alert_episodes where ended_at < ${kept}`.execute(ctx.db);
  await sql`
    delete from alert_deliveries where event = 'test' and created_at < ${new Date(now.getTime() - TESTS_KEPT_MS)}`.execute(
    ctx.db,
  );
}
