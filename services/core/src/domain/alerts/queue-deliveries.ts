import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { deliverAlertJob } from '../../queues/jobs.ts';
import type { AlertContext } from './alert-context.ts';

/** A delivery that waits, as far as its job needs it. */
export interface WaitingDelivery {
  id: string;
  attempts: number;
  next_attempt_at: Date;
}

/**
 * Has the worker look at deliveries, each when its time comes. Called after the commit that wrote them: without Redis the
 * schedule finds them a minute later.
 */
export async function queueDeliveries(ctx: AlertContext, deliveries: readonly WaitingDelivery[]): Promise<void> {
  const now = ctx.clock.now().getTime();
  for (const { id, attempts, next_attempt_at } of deliveries) {
    const delayMs = Math.max(0, next_attempt_at.getTime() - now);
    try {
      // The time is part of the id: a job that waits for another time must not keep this one out.
      await ctx.jobs.send(
        deliverAlertJob,
        { deliveryId: id },
        `${id}-${attempts}-${next_attempt_at.getTime()}`,
        delayMs,
      );
    } catch (error) {
      ctx.log.warn({ err: error, deliveryId: id }, 'a delivery waits for the next look at what was forgotten');
      return;
    }
  }
}

/**
 * Lets what is held go, as far as nothing else holds it: whoever takes it looks. To be queued after the commit.
 * @param which a condition on `alert_deliveries`
 */
export async function releaseHeld(
  tx: Db,
  organizationId: number,
  which: RawBuilder<unknown>,
  now: Date,
): Promise<WaitingDelivery[]> {
  const { rows } = await sql<WaitingDelivery>`
    update alert_deliveries set next_attempt_at = ${now}
    where organization_id = ${organizationId} and state = 'held' and ${which}
    returning id, attempts, next_attempt_at`.execute(tx);
  return rows;
}
