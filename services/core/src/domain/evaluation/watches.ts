import { sql } from 'kysely';
import type { Context } from '../../context.ts';

/** What is looked at: what was committed in it, or happened in it. */
export interface Step {
  /** Until where it was looked at before; `undefined` the first time. */
  from: Date | undefined;
  until: Date;
}

/**
 * Does a step of a watch once: while it runs nobody else does it, and when it is done nobody does it again. A worker that dies
 * leaves it to the next; whoever finds it being done goes on with something else.
 */
export async function watchStep(
  ctx: Context,
  organizationId: number,
  kind: string,
  until: Date,
  work: (from: Date | undefined) => Promise<void>,
): Promise<boolean> {
  await sql`
    insert into alert_watches (organization_id, kind, watched_until) values (${organizationId}, ${kind}, '-infinity')
    on conflict do nothing`.execute(ctx.db);
  return ctx.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ watched_until: Date | number }>`
      select watched_until from alert_watches
      where organization_id = ${organizationId} and kind = ${kind} and watched_until < ${until}
      for update skip locked`.execute(tx);
    const [row] = rows;
    if (!row) return false;
    // `-infinity` comes as a number.
    await work(row.watched_until instanceof Date ? row.watched_until : undefined);
    await sql`
      update alert_watches set watched_until = ${until}
      where organization_id = ${organizationId} and kind = ${kind}`.execute(tx);
    return true;
  });
}
