import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { RealizedChange, RealizedScope } from '../../contract/realized.ts';
import { localDays } from '../usage/time-buckets.ts';
import { dayNames } from '../whatif/to-result.ts';
import { baselineDays } from './baseline.ts';
import { estimateSavings } from './estimate.ts';
import { type DayFigures, decodeFigures, encodeFigures } from './figures.ts';
import { lookAtPeriod } from './look-at-period.ts';
import { addShares } from './shares.ts';
import { takeUp } from './take-up.ts';

/** Records may come late: days are looked at again for so long. */
const OPEN_DAYS = 3;
/** A day that is over is counted within this time; what was just accepted at once. */
const FOLLOW_EVERY_MS = 6 * HOUR;

interface Row {
  id: number;
  organization_id: number;
  scope: RealizedScope;
  change: RealizedChange;
  accepted_at: Date;
  baseline: StoredBaseline | null;
  followed_until: string | null;
  time_zone: string;
}

/** As `realized_savings.baseline` has it. */
export interface StoredBaseline {
  from: string;
  to: string;
  days: unknown[];
}

/**
 * Looks at what accepted recommendations have changed: once at the time before, and at every complete day since. Safe to run
 * twice and at once; what it finds of a day replaces what it found before. What was looked at in the last hours is left alone. With an organization, at that one's alone.
 */
export async function followSavings(
  ctx: Context,
  { organizationId, signal }: { organizationId?: number | undefined; signal: AbortSignal },
): Promise<void> {
  await takeUp(ctx.db, organizationId);
  const { rows } = await sql<Row>`
    select r.id, r.organization_id, r.scope, r.change, r.accepted_at, r.baseline, r.followed_until::text as followed_until,
      o.time_zone
    from realized_savings r join organizations o on o.id = r.organization_id
    where (r.followed_at is null or r.followed_at <= ${new Date(ctx.clock.now().getTime() - FOLLOW_EVERY_MS)})
      ${organizationId === undefined ? sql`` : sql`and r.organization_id = ${organizationId}`}
    order by r.followed_at nulls first, r.id`.execute(ctx.db);
  for (const row of rows) {
    signal.throwIfAborted();
    try {
      await follow(ctx, row, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      ctx.log.warn({ err: error, realizedId: row.id }, 'an accepted recommendation cannot be followed now');
    }
  }
}

async function follow(ctx: Context, row: Row, signal: AbortSignal): Promise<void> {
  const { organization_id: organizationId, scope, change, time_zone: timeZone, accepted_at: acceptedAt } = row;
  const look = { scope, change, timeZone, signal };
  const nameOf = dayNames(timeZone);
  const before = row.baseline?.days.map(decodeFigures) ?? (await lookBefore(ctx, row, look));
  const shares = addShares(before, change.kind === 'model' || change.kind === 'tier' ? 'old' : 'new');

  const now = ctx.clock.now();
  const days = acceptedAt < now ? localDays({ from: acceptedAt, to: now }, timeZone) : [];
  const complete = days.filter(({ end }) => end <= now);
  const isOpen = ({ start }: { start: Date }, i: number) =>
    i >= complete.length - OPEN_DAYS || row.followed_until === null || nameOf(start) > row.followed_until;
  const first = complete.find(isOpen);
  const last = complete.at(-1);
  let found: DayFigures[] = [];
  if (first && last) {
    // The day of the acceptance begins with it.
    const from = new Date(Math.max(first.start.getTime(), acceptedAt.getTime()));
    found = await lookAtPeriod(ctx, organizationId, { from, to: last.end }, { ...look, shares });
  }
  await save(ctx, row, found, last ? nameOf(last.start) : null);
}

async function lookBefore(
  ctx: Context,
  row: Row,
  look: Omit<Parameters<typeof lookAtPeriod>[3], 'shares'>,
): Promise<DayFigures[]> {
  const period = { from: new Date(row.accepted_at.getTime() - baselineDays(row.change) * DAY), to: row.accepted_at };
  const days = await lookAtPeriod(ctx, row.organization_id, period, { ...look, shares: undefined });
  const baseline = { from: period.from.toISOString(), to: period.to.toISOString(), days };
  await sql`
    update realized_savings set baseline = ${encodeFigures(baseline)}::jsonb where id = ${row.id}`.execute(ctx.db);
  return days;
}

/** Days of which the records are purged already keep what was found of them. */
async function save(ctx: Context, row: Row, found: readonly DayFigures[], until: string | null): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    for (const figures of found) {
      await sql`
        insert into realized_days (realized_id, day, figures)
        values (${row.id}, ${figures.day}::date, ${encodeFigures(figures)}::jsonb)
        on conflict (realized_id, day) do update set figures = excluded.figures`.execute(tx);
    }
    const stored = await sql<{ figures: unknown }>`
      select figures from realized_days where realized_id = ${row.id} order by day`.execute(tx);
    const { rows } = await sql<{ baseline: StoredBaseline }>`
      select baseline from realized_savings where id = ${row.id}`.execute(tx);
    const before = rows[0]?.baseline.days.map(decodeFigures) ?? [];
    const { seenOn } = estimateSavings(
      row.change,
      before,
      stored.rows.map(({ figures }) => decodeFigures(figures)),
    );
    await sql`
      update realized_savings set seen_on = ${seenOn}::date, followed_at = ${ctx.clock.now()},
        followed_until = greatest(followed_until, ${until}::date)
      where id = ${row.id}`.execute(tx);
  });
}
