import { sql } from 'kysely';
import type { Realized, RealizedChange, RealizedState, RealizedSummary } from '../../contract/realized.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { type Estimate, estimateSavings, type Saved } from './estimate.ts';
import { decodeFigures } from './figures.ts';
import type { StoredBaseline } from './follow-savings.ts';
import { explainMethod } from './method.ts';

/** Less of a time says little about a month. */
const MIN_DAYS_FOR_A_MONTH = 7;
const MONTH_DAYS = 30n;

interface Row {
  recommendation_id: number;
  change: RealizedChange;
  accepted_at: Date;
  baseline: StoredBaseline | null;
  followed_until: string | null;
  days: unknown[] | null;
}

interface Organization {
  id: number;
  timeZone: string;
}

/**
 * What an accepted recommendation has really saved, day by day.
 * @throws AppError `not_found` for one that is not accepted, or cannot be followed in the traffic
 */
export async function readRealized(
  tx: Db,
  { id, timeZone }: Organization,
  recommendationId: number,
): Promise<Realized> {
  const [row] = await readRows(tx, id, recommendationId);
  if (!row) throw await notFollowed(tx, id, recommendationId);
  const { estimate, state } = estimateRow(row);
  const { baseline, change } = row;
  return {
    recommendationId,
    state,
    change,
    acceptedAt: row.accepted_at.toISOString(),
    seenOn: estimate.seenOn,
    followedUntil: row.followed_until,
    timeZone,
    totals: { calls: estimate.calls, ...toAmounts(estimate.totals) },
    perMonth: perMonth(estimate),
    baseline: baseline && {
      from: baseline.from,
      to: baseline.to,
      calls: baseline.days.map(decodeFigures).reduce((sum, day) => sum + day.old.calls + day.new.calls, 0),
      adoption: estimate.adoptionBefore,
      inputFactor: estimate.inputFactor,
      outputFactor: estimate.outputFactor,
    },
    unpricedCalls: estimate.unpricedCalls,
    method: explainMethod(change, estimate),
    days: estimate.days.map(({ day, calls, adoption, cumulative, ...saved }) => ({
      day,
      calls,
      ...toAmounts(saved),
      adoption,
      cumulative: formatPicoUsd(cumulative.saved),
      cumulativeLow: formatPicoUsd(cumulative.low),
      cumulativeHigh: formatPicoUsd(cumulative.high),
    })),
  };
}

/** Every recommendation that is followed, what saved most first. */
export async function summarizeRealized(tx: Db, { id, timeZone }: Organization): Promise<RealizedSummary> {
  const all = (await readRows(tx, id)).map((row) => ({ row, ...estimateRow(row) }));
  all.sort((a, b) => compare(b.estimate.totals.saved, a.estimate.totals.saved));
  const following = all.filter(({ state }) => state === 'following');
  const sum = (of: (saved: Saved) => bigint) =>
    following.reduce((total, { estimate }) => total + of(estimate.totals), 0n);
  const saved = sum((totals) => totals.saved);
  // Each is uncertain by itself: together they err less than their errors add up to.
  const spread = (of: (totals: Saved) => bigint) =>
    BigInt(Math.round(Math.hypot(...following.map(({ estimate }) => Number(of(estimate.totals))))));
  return {
    timeZone,
    totals: {
      saved: formatPicoUsd(saved),
      savedLow: formatPicoUsd(saved - spread((totals) => totals.saved - totals.low)),
      savedHigh: formatPicoUsd(saved + spread((totals) => totals.high - totals.saved)),
      following: following.length,
      waiting: all.length - following.length,
    },
    realized: all.map(({ row, state, estimate }) => ({
      recommendationId: row.recommendation_id,
      state,
      acceptedAt: row.accepted_at.toISOString(),
      seenOn: estimate.seenOn,
      calls: estimate.calls,
      saved: formatPicoUsd(estimate.totals.saved),
      savedLow: formatPicoUsd(estimate.totals.low),
      savedHigh: formatPicoUsd(estimate.totals.high),
      perMonth: perMonth(estimate),
    })),
  };
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

async function readRows(tx: Db, organizationId: number, recommendationId?: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select r.recommendation_id, r.change, r.accepted_at, r.baseline, r.followed_until::text as followed_until,
      (select jsonb_agg(d.figures order by d.day) from realized_days d where d.realized_id = r.id) as days
    from realized_savings r join recommendations c on c.id = r.recommendation_id and c.state = 'accepted'
    where r.organization_id = ${organizationId}
      ${recommendationId === undefined ? sql`` : sql`and r.recommendation_id = ${recommendationId}`}
    order by r.recommendation_id`.execute(tx);
  return rows;
}

function estimateRow({ change, baseline, days }: Row): { estimate: Estimate; state: RealizedState } {
  const before = baseline?.days.map(decodeFigures) ?? [];
  const estimate = estimateSavings(change, before, (days ?? []).map(decodeFigures));
  return { estimate, state: baseline === null ? 'pending' : estimate.state };
}

async function notFollowed(tx: Db, organizationId: number, recommendationId: number): Promise<AppError> {
  const { rows } = await sql<{ state: string }>`
    select state from recommendations where id = ${recommendationId} and organization_id = ${organizationId}`.execute(
    tx,
  );
  const state = rows[0]?.state;
  if (state === undefined) return new AppError('not_found', `There is no recommendation ${recommendationId}`);
  return new AppError(
    'not_found',
    state === 'accepted'
      ? 'This recommendation says nothing that shows in the traffic'
      : 'Only an accepted recommendation is followed',
  );
}

const toAmounts = ({ cost, otherwise, saved, low, high }: Saved) => ({
  cost: formatPicoUsd(cost),
  costOtherwise: formatPicoUsd(otherwise),
  saved: formatPicoUsd(saved),
  savedLow: formatPicoUsd(low),
  savedHigh: formatPicoUsd(high),
});

function perMonth({ days, totals }: Estimate): string | null {
  if (days.length < MIN_DAYS_FOR_A_MONTH) return null;
  return formatPicoUsd((totals.saved * MONTH_DAYS) / BigInt(days.length));
}
