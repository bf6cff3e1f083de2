import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { readAlertSettings } from '../alerts/alert-settings.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { type BudgetRule, loadBudgetRules } from '../budgets/rules.ts';
import { readSpend } from '../budgets/spend.ts';
import { crossingAlert } from './budget-words.ts';
import {
  type BudgetInPeriod,
  type Crossing,
  crossingsOf,
  isClearlyUnder,
  justEndedPeriod,
  keyOfCrossing,
  runningPeriod,
} from './crossings.ts';
import { endEpisodes, keyOfEpisode, noteEpisode } from './episodes.ts';
import { readBudgetDrivers } from './read-drivers.ts';

interface Terms {
  channelIds: readonly number[];
  createdAt: Date;
}

/**
 * Looks which thresholds an organization's budgets have reached and tells each of them once a period, however often and from
 * however many workers it is called: what is told has a key, and the keys are unique. What is reached no longer, since the
 * period is over, the amount was raised or calls cost less than thought, is resolved.
 */
export async function evaluateBudgets(ctx: AlertContext, organizationId: number): Promise<{ raised: number }> {
  const now = ctx.clock.now();
  const { rules } = await loadBudgetRules(ctx.db, { organizationId });
  const terms = await readTerms(ctx.db, organizationId);
  const running = rules.flatMap((rule) => runningPeriod(rule, now) ?? []);
  const ended = rules.flatMap((rule) => justEndedPeriod(rule, terms.get(rule.id)?.createdAt ?? now, now) ?? []);
  const crossings = await findCrossings(ctx.db, running, now);
  const late = await findCrossings(ctx.db, ended, now);

  const due = new Map<string, Crossing>();
  for (const crossing of [...late, ...crossings]) due.set(await keyFor(ctx.db, crossing, now), crossing);
  const raised = await raiseNew(ctx, organizationId, due, terms);
  await resolveOld(ctx, organizationId, new Set(due.keys()));
  return { raised };
}

async function findCrossings(db: Db, budgets: readonly BudgetInPeriod[], now: Date): Promise<Crossing[]> {
  if (budgets.length === 0) return [];
  const { byBudget } = await readSpend(db, budgets, now);
  const rolling = budgets.filter(({ rule }) => rule.period === 'rolling');
  for (const budget of rolling) {
    const spend = byBudget.get(budget.rule.id);
    if (!spend) continue;
    const under = thresholdsOf(budget.rule).filter((threshold) => isClearlyUnder(budget, spend, threshold));
    await endEpisodes(
      db,
      budget.rule.organizationId,
      under.map((threshold) => subjectOf(budget.rule, threshold)),
      now,
    );
  }
  return budgets.flatMap((budget) => crossingsOf(budget, byBudget.get(budget.rule.id)));
}

const thresholdsOf = ({ thresholds }: BudgetRule) => [...new Set([...thresholds, 100])];

/** A rolling window has no period that begins: what goes on until it is clearly over is told once. */
async function keyFor(db: Db, crossing: Crossing, now: Date): Promise<string> {
  const { rule, threshold } = crossing;
  if (rule.period !== 'rolling') return keyOfCrossing('budget_threshold', crossing, threshold);
  const subject = subjectOf(rule, threshold);
  return keyOfEpisode({ subject, beganAt: await noteEpisode(db, rule.organizationId, subject, now) });
}

const subjectOf = ({ id, measure, amount, scopeVersion }: BudgetRule, threshold: Crossing['threshold']) =>
  `budget_threshold:${id}:${threshold}:${measure}${amount}:${scopeVersion}`;

async function readTerms(db: Db, organizationId: number): Promise<Map<number, Terms>> {
  const { rows } = await sql<{ id: number; channel_ids: number[]; created_at: Date }>`
    select id, channel_ids, created_at from budgets where organization_id = ${organizationId}`.execute(db);
  return new Map(rows.map((row) => [row.id, { channelIds: row.channel_ids, createdAt: row.created_at }]));
}

/** What drives a spend takes longer to find out than that a threshold is reached: only for what is not told yet. */
async function raiseNew(
  ctx: AlertContext,
  organizationId: number,
  due: ReadonlyMap<string, Crossing>,
  terms: ReadonlyMap<number, Terms>,
): Promise<number> {
  if (due.size === 0) return 0;
  const { budget_threshold: settings } = await readAlertSettings(ctx.db, organizationId);
  if (!settings.enabled) return 0;
  const { rows } = await sql<{ dedup_key: string }>`
    select dedup_key from alerts
    where organization_id = ${organizationId} and dedup_key = any(${[...due.keys()]}::text[])`.execute(ctx.db);
  const told = new Set(rows.map((row) => row.dedup_key));
  let raised = 0;
  for (const [dedupKey, crossing] of due) {
    if (told.has(dedupKey)) continue;
    const drivers = await readBudgetDrivers(ctx, crossing, ctx.clock.now());
    const own = terms.get(crossing.rule.id)?.channelIds ?? [];
    const alert = {
      ...crossingAlert(crossing, drivers, ctx.clock.now()),
      dedupKey,
      // A budget that names nobody leaves it to the settings.
      ...(own.length > 0 ? { channelIds: own } : {}),
    };
    if (await raiseAlert(ctx, organizationId, alert)) raised += 1;
  }
  return raised;
}

async function resolveOld(ctx: AlertContext, organizationId: number, due: ReadonlySet<string>): Promise<void> {
  const { rows } = await sql<{ dedup_key: string }>`
    select dedup_key from alerts
    where organization_id = ${organizationId} and kind = 'budget_threshold' and state <> 'resolved'`.execute(ctx.db);
  for (const { dedup_key: dedupKey } of rows) if (!due.has(dedupKey)) await resolveAlert(ctx, organizationId, dedupKey);
}
