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

/**
 * Tells of each model without a price once. When its calls have one, since a price came and they were re-costed, it is resolved.
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
  const keys = new Set(rows.map(keyOf));
  const { rows: told } = await sql<{ dedup_key: string; open: boolean }>`
    select dedup_key, state <> 'resolved' as open from alerts
    where organization_id = ${organization.id} and kind = 'unpriced_model'`.execute(ctx.db);
  const known = new Set(told.map((row) => row.dedup_key));
  for (const row of rows.filter((one) => !known.has(keyOf(one))).slice(0, MOST_AT_ONCE)) {
    await raiseAlert(ctx, organization.id, {
      kind: 'unpriced_model',
      dedupKey: keyOf(row),
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
  // Without a call in the last day nobody knows whether it would have a price: only calls that have one say so.
  for (const { dedup_key: dedupKey } of told.filter((row) => row.open && !keys.has(row.dedup_key))) {
    if (await isPriced(ctx, organization, dedupKey)) await resolveAlert(ctx, organization.id, dedupKey);
  }
}

const keyOf = ({ provider, model }: { provider: string; model: string }) =>
  `unpriced_model:${JSON.stringify([provider, model])}`;

async function isPriced(ctx: AlertContext, { projectIds }: WatchedOrganization, dedupKey: string): Promise<boolean> {
  const [provider, model] = JSON.parse(dedupKey.slice(dedupKey.indexOf(':') + 1)) as [string, string];
  const { rows } = await sql<{ unpriced: bigint | null; calls: bigint | null }>`
    select sum(unpriced_calls) as unpriced, sum(calls) as calls from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and provider = ${provider} and model = ${model}
      and bucket >= ${new Date(ctx.clock.now().getTime() - 30 * DAY)}`.execute(ctx.db);
  return (rows[0]?.calls ?? 0n) > 0n && rows[0]?.unpriced === 0n;
}
