import { sql } from 'kysely';
import type { AlertDriver, AlertFact } from '../../contract/alerts.ts';
import type { UsageGroup, UsageResult } from '../../contract/analytics.ts';
import { parseUsd } from '../../cost/money.ts';
import { inSnapshot, type Snapshot } from '../../db/scope.ts';
import { listBudgets } from '../budgets/list-budgets.ts';
import type { Span } from '../budgets/periods.ts';
import { formatMeasure } from '../evaluation/words.ts';
import { queryUsage } from '../usage/query-usage.ts';
import type { AlertContext } from './alert-context.ts';
import { type DigestWeek, digestWeek } from './digest-week.ts';
import { type NewAlert, raiseAlert } from './raise-alert.ts';

interface Organization {
  id: number;
  timeZone: string;
}

const SAME = 'about as much';
const TOP = 3;
const BUDGETS = 5;

/** Tells those organizations of their week that want to know of it, on their Monday morning and once. */
export async function sendDigests(ctx: AlertContext, signal: AbortSignal): Promise<void> {
  const now = ctx.clock.now();
  const { rows } = await sql<Organization>`
    select o.id, o.time_zone as "timeZone" from organizations o
    join alert_settings s on s.organization_id = o.id and s.kind = 'digest'
    where s.enabled and s.channel_ids <> '{}' and o.deleting_at is null order by o.id`.execute(ctx.db);
  for (const organization of rows) {
    signal.throwIfAborted();
    const week = digestWeek(organization.timeZone, now);
    if (!week || (await isTold(ctx, organization.id, keyOf(week)))) continue;
    // One organization's trouble is not the others': the next look tries it again.
    await tell(ctx, organization, week).catch((error: unknown) =>
      ctx.log.error({ err: error, organizationId: organization.id }, 'a digest could not be made'),
    );
  }
}

const keyOf = ({ from }: DigestWeek): string => `digest:${from}`;

async function isTold(ctx: AlertContext, organizationId: number, key: string): Promise<boolean> {
  const { rows } = await sql`
    select from alerts where organization_id = ${organizationId} and dedup_key = ${key}`.execute(ctx.db);
  return rows.length > 0;
}

async function tell(ctx: AlertContext, organization: Organization, week: DigestWeek): Promise<void> {
  const digest = await inSnapshot(ctx, { organizationId: organization.id }, (tx) =>
    composeDigest(tx, organization, week, ctx.clock.now()),
  );
  await raiseAlert(ctx, organization.id, digest);
}

async function composeDigest(tx: Snapshot, organization: Organization, week: DigestWeek, now: Date): Promise<NewAlert> {
  const models = await usageOf(tx, organization, week.week, 'model');
  const features = await usageOf(tx, organization, week.week, 'feature');
  const before = await usageOf(tx, organization, week.before, 'model');
  const cost = picoUsd(models.totals.cost);
  const change = changeOf(cost, picoUsd(before.totals.cost));
  const { calls = 0, errors = 0, unpricedCalls = 0 } = models.totals;
  const open = await countOpen(tx, organization.id);
  return {
    kind: 'digest',
    dedupKey: keyOf(week),
    severity: 'info',
    occurredAt: now,
    title: `Your week: ${usd(cost)}${change ? `, ${change}` : ''}`,
    text: [
      `From ${week.from} to ${week.to}, ${count(calls, 'call')} cost ${usd(cost)}${change ? `: ${change} ${change === SAME ? 'as' : 'than'} the week before` : ''}.`,
      ...(unpricedCalls > 0
        ? [`${count(unpricedCalls, 'call')} without a price ${unpricedCalls === 1 ? 'is' : 'are'} not in it.`]
        : []),
      open === 0 ? 'No alert is open.' : `${count(open, 'alert')} ${open === 1 ? 'is' : 'are'} open.`,
    ],
    facts: [
      { label: 'Spend', value: usd(cost) },
      { label: 'The week before', value: usd(picoUsd(before.totals.cost)) },
      { label: 'Calls', value: number(calls) },
      ...(errors > 0 ? [{ label: 'Failed calls', value: `${number(errors)} (${percent(errors, calls)})` }] : []),
      ...(await budgetFacts(tx, organization, now)),
    ],
    drivers: [...topOf('model', models, cost, week), ...topOf('feature', features, cost, week)],
    path: pathOf(week),
  };
}

const usageOf = (tx: Snapshot, organization: Organization, { start, end }: Span, dimension: 'model' | 'feature') =>
  queryUsage(tx, organization, {
    from: start.toISOString(),
    to: end.toISOString(),
    metrics: ['cost', 'calls', 'errors', 'unpricedCalls'],
    groupBy: [dimension],
    limit: TOP,
  });

async function countOpen(tx: Snapshot, organizationId: number): Promise<number> {
  const { rows } = await sql<{ alerts: number }>`
    select count(*)::integer as alerts from alerts where organization_id = ${organizationId} and state = 'open'`.execute(
    tx,
  );
  return rows[0]?.alerts ?? 0;
}

async function budgetFacts(tx: Snapshot, organization: Organization, now: Date): Promise<AlertFact[]> {
  const { budgets } = await listBudgets(tx, organization, now);
  return budgets
    .filter(({ state }) => state.status === 'ok' || state.status === 'exceeded')
    .slice(0, BUDGETS)
    .map(({ name, measure, amount, state }) => {
      const read = (text: string) => (measure === 'usd' ? picoUsd(text) : BigInt(text));
      const [spent, limit] = [read(state.spent), read(amount)];
      return {
        label: `Budget “${name}”`,
        value: `${formatMeasure(spent, measure)} of ${formatMeasure(limit, measure)} (${(spent * 100n) / limit} %)`,
      };
    });
}

/** The dearest few that have a name. */
function topOf(dimension: 'model' | 'feature', { groups }: UsageResult, cost: bigint, week: DigestWeek): AlertDriver[] {
  const dear = groups.filter(({ key, totals }) => key[0] !== '' && picoUsd(totals.cost) > 0n);
  return dear.map(({ key, label, totals }: UsageGroup) => {
    const value = key[0] ?? '';
    const own = picoUsd(totals.cost);
    const sharePercent = cost > 0n ? Number((own * 1_000n) / cost) / 10 : null;
    const share = sharePercent === null ? '' : `, ${Math.round(sharePercent)} %`;
    return {
      dimension,
      value,
      label: label[0] ?? value,
      sharePercent,
      sentence: `${dimension === 'model' ? 'Model' : 'Feature'} ${label[0] ?? value}: ${usd(own)}${share}`,
      path: `${pathOf(week)}&${dimension}=${encodeURIComponent(value)}`,
    };
  });
}

const pathOf = ({ from, to }: DigestWeek): string => `/?range=custom&from=${from}&to=${to}`;

function changeOf(now: bigint, before: bigint): string | undefined {
  if (before === 0n) return undefined;
  const change = Number(((now - before) * 1_000n) / before) / 10;
  if (Math.abs(change) < 1) return SAME;
  return `${number(Math.abs(Math.round(change)))} % ${change > 0 ? 'more' : 'less'}`;
}

const picoUsd = (text: string | undefined): bigint => parseUsd(text ?? '0') ?? 0n;
const usd = (pico: bigint): string => formatMeasure(pico, 'usd');
const number = (value: number): string => value.toLocaleString('en-US');
const count = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? '' : 's'}`;
const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
