import { type RawBuilder, sql } from 'kysely';
import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';

/** What is looked at: what was committed in it, or happened in it. */
export interface Step {
  /** Until where it was looked at before; `undefined` the first time. */
  from: Date | undefined;
  until: Date;
}

/** Longer than a look takes. A worker that dies leaves the step to another one after this. */
const CLAIM_MS = 10 * MINUTE;

/**
 * Does a step of a watch once: while it runs nobody else does it, and when it is done nobody does it again. Whoever finds it
 * being done goes on with something else; a step that failed is free again at once. No transaction is open meanwhile: what is
 * raised in it has a key, so that a step which outlives its claim and is done twice tells nothing twice.
 */
export async function watchStep(
  ctx: Context,
  organizationId: number,
  kind: string,
  until: Date,
  work: (from: Date | undefined) => Promise<void>,
): Promise<boolean> {
  const claim = await claimStep(ctx, organizationId, kind, until);
  if (!claim) return false;
  try {
    await work(claim.from);
  } catch (error) {
    await endClaim(ctx, claim, sql`watched_until`);
    throw error;
  }
  return endClaim(ctx, claim, sql`${until}`);
}

interface Claim {
  organizationId: number;
  kind: string;
  from: Date | undefined;
  claimedUntil: Date;
}

async function claimStep(ctx: Context, organizationId: number, kind: string, until: Date): Promise<Claim | undefined> {
  const now = ctx.clock.now();
  const claimedUntil = new Date(now.getTime() + CLAIM_MS);
  await sql`
    insert into alert_watches (organization_id, kind, watched_until) values (${organizationId}, ${kind}, '-infinity')
    on conflict do nothing`.execute(ctx.db);
  const { rows } = await sql<{ watched_until: Date | number }>`
    update alert_watches set claimed_until = ${claimedUntil}
    where organization_id = ${organizationId} and kind = ${kind} and watched_until < ${until}
      and (claimed_until is null or claimed_until <= ${now})
    returning watched_until`.execute(ctx.db);
  const [row] = rows;
  if (!row) return undefined;
  // `-infinity` comes as a number.
  const from = row.watched_until instanceof Date ? row.watched_until : undefined;
  return { organizationId, kind, from, claimedUntil };
}

/** @returns whether it was still this one's: somebody who has taken it over ends it themselves */
async function endClaim(
  { db }: Context,
  { organizationId, kind, claimedUntil }: Claim,
  watchedUntil: RawBuilder<unknown>,
): Promise<boolean> {
  const { rows } = await sql`
    update alert_watches set watched_until = ${watchedUntil}, claimed_until = null
    where organization_id = ${organizationId} and kind = ${kind} and claimed_until = ${claimedUntil}
    returning kind`.execute(db);
  return rows.length > 0;
}
