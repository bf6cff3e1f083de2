import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import type { WatchedOrganization } from './organizations.ts';
import type { Step } from './watches.ts';
import { group } from './words.ts';

const LOOK_BACK_MS = DAY;
/** Senders choose the names: whoever sends a thousand gets the busiest ones. */
const MOST_AT_ONCE = 10;

/** Not called for that long, a model is no matter any more. */
const OUT_OF_USE_MS = 7 * DAY;

interface Told {
  dedup_key: string;
  open: boolean;
  /** By itself, and not by a person who does not want to hear of it. */
  over_at: Date | null;
}

/**
 * Tells of each model without a price once. When its calls have one, since a price came and they were re-costed, or when it is
 * called no longer, it is resolved; what is called again without a price after that is told again.
 */
export async function watchUnpriced(
  ctx: AlertContext,
  organization: WatchedOrganization,
  { until }: Step,
): Promise<void> {
  const { rows } = await sql<{
    provider: string;
    model: string;
    calls: bigint;
    project_id: number;
    last: Date;
    first: Date;
  }>`
    select provider, model, sum(unpriced_calls) as calls, min(project_id) as project_id, max(bucket) as last, min(bucket) as first
    from usage_15m
    where project_id = any(${[...organization.projectIds]}::integer[]) and bucket >= ${new Date(until.getTime() - LOOK_BACK_MS)}
      and unpriced_calls > 0
    group by provider, model order by calls desc, provider, model`.execute(ctx.db);
  const unpriced = new Set(rows.map(nameOf));
  const told = await readTold(ctx, organization.id);
  const due = rows.flatMap((row) => {
    const before = told.get(nameOf(row)) ?? [];
    const isNews = before.every(({ over_at: overAt }) => overAt !== null && row.last > overAt);
    return isNews ? [{ ...row, dedupKey: keyOf(row, before.length) }] : [];
  });
  for (const row of due.slice(0, MOST_AT_ONCE)) {
    await raiseAlert(ctx, organization.id, {
      kind: 'unpriced_model',
      dedupKey: row.dedupKey,
      severity: 'warning',
      occurredAt: row.first,
      title: `The model ${row.model} has no price`,
      text: [
        `${group(row.calls)} ${row.calls === 1n ? 'call' : 'calls'} of it in the last day count as nothing, so that the spend shown is too low.`,
        'Give it a price, or say which model of the list it is; what was called before can then be re-costed.',
      ],
      facts: [
        { label: 'Provider', value: row.provider },
        { label: 'Model', value: row.model },
        { label: 'Calls', value: group(row.calls) },
      ],
      drivers: [],
      path: `/records?${new URLSearchParams({ model: row.model, costStatus: 'unpriced' })}`,
      ...(organization.projectIds.length === 1 ? { projectId: row.project_id } : {}),
    });
  }
  for (const [name, alerts] of told) {
    const open = alerts.filter((alert) => alert.open);
    if (open.length === 0 || unpriced.has(name) || !(await isOver(ctx, organization, name, until))) continue;
    for (const { dedup_key: dedupKey } of open) await resolveAlert(ctx, organization.id, dedupKey);
  }
}

const nameOf = ({ provider, model }: { provider: string; model: string }) => JSON.stringify([provider, model]);

const KIND = 'unpriced_model:';

/** @param before how often it was told and over before */
const keyOf = ({ provider, model }: { provider: string; model: string }, before: number) =>
  KIND + JSON.stringify([provider, model, ...(before > 0 ? [before + 1] : [])]);

/** What was told of each model, by its name. */
async function readTold({ db }: AlertContext, organizationId: number): Promise<Map<string, Told[]>> {
  const { rows } = await sql<Told>`
    select dedup_key, state <> 'resolved' as open, case when resolved_by is null then resolved_at end as over_at from alerts
    where organization_id = ${organizationId} and kind = 'unpriced_model'`.execute(db);
  return Map.groupBy(rows, ({ dedup_key: key }) =>
    JSON.stringify((JSON.parse(key.slice(KIND.length)) as unknown[]).slice(0, 2)),
  );
}

/** Without a recent call nobody knows whether it would have a price: only calls that have one say so, or a week without any. */
async function isOver(
  ctx: AlertContext,
  { projectIds }: WatchedOrganization,
  name: string,
  until: Date,
): Promise<boolean> {
  const [provider, model] = JSON.parse(name) as [string, string];
  const { rows } = await sql<{ unpriced: bigint | null; last: Date | null }>`
    select sum(unpriced_calls) as unpriced, max(bucket) as last from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and provider = ${provider} and model = ${model}
      and bucket >= ${new Date(until.getTime() - 30 * DAY)}`.execute(ctx.db);
  const last = rows[0]?.last;
  return !last || until.getTime() - last.getTime() >= OUT_OF_USE_MS || rows[0]?.unpriced === 0n;
}
