import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import { diffRates } from '../../cost/diff-prices.ts';
import type { Db } from '../../db/connection.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import type { WatchedOrganization } from './organizations.ts';
import type { Step } from './watches.ts';

const IN_USE_MS = 30 * DAY;
const MOST_FACTS = 20;

interface Change {
  sync_id: number;
  finished_at: Date;
  model_key: string;
  kind: 'changed' | 'removed';
  before: CompactPriceEntry | null;
  after: CompactPriceEntry | null;
}

/**
 * Tells once for each new price list which models in use have another price now. What an organization's own people set is
 * no news to them, and of prices that they have laid over the list they are not told. When none of the models was called for a
 * month, it is resolved.
 */
export async function watchPrices(
  ctx: AlertContext,
  organization: WatchedOrganization,
  { from, until }: Step,
): Promise<void> {
  // What was before the first look is not news.
  if (!from) return;
  const { rows: changes } = await sql<Change>`
    select change.sync_id, run.finished_at, change.model_key, change.kind, before.entry as before, after.entry as after
    from price_sync_changes change
    join price_syncs run on run.id = change.sync_id
    left join price_versions before on before.id = change.previous_version_id
    left join price_versions after on after.id = change.version_id
    where run.status = 'applied' and run.finished_at >= ${from} and run.finished_at < ${until}
      and change.kind in ('changed', 'removed')
    order by change.sync_id, change.model_key`.execute(ctx.db);
  // News of a model that nobody calls any more are over; whether it is so changes by the day.
  const isNewDay = Math.floor(from.getTime() / DAY) !== Math.floor(until.getTime() / DAY);
  const open = isNewDay ? await openNews(ctx.db, organization.id) : [];
  if (changes.length === 0 && open.length === 0) return;
  const used = await modelsByKey(ctx, organization, until);
  for (const { dedup_key: dedupKey, model_keys: keys } of open) {
    if (!keys.some((key) => used.has(key))) await resolveAlert(ctx, organization.id, dedupKey);
  }
  const bySync = Map.groupBy(
    changes.filter(({ model_key: key }) => used.has(key)),
    (change) => change.sync_id,
  );
  for (const [syncId, own] of bySync) {
    const facts = own.flatMap((change) => {
      const words = wordsOf(change);
      return words === '' ? [] : [{ label: used.get(change.model_key) ?? change.model_key, value: words }];
    });
    const [first] = facts;
    if (!first) continue;
    await raiseAlert(ctx, organization.id, {
      kind: 'price_changed',
      dedupKey: `price_changed:${syncId}`,
      severity: 'info',
      occurredAt: own[0]?.finished_at ?? until,
      title:
        facts.length === 1
          ? `The price of ${first.label} has changed`
          : `The prices of ${facts.length} models in use have changed`,
      text: [
        `${first.label}: ${first.value}.`,
        'Calls from now on cost the new price. What was called before keeps the one that held then.',
      ],
      facts: facts.slice(0, MOST_FACTS),
      drivers: [],
      path: `/prices?${new URLSearchParams({ search: own[0]?.model_key ?? '' })}`,
    });
  }
}

/** What was told and is still open, with what it is about. */
async function openNews(db: Db, organizationId: number) {
  const { rows } = await sql<{ dedup_key: string; model_keys: string[] }>`
    select a.dedup_key, array(select c.model_key from price_sync_changes c
      where c.sync_id = split_part(a.dedup_key, ':', 2)::integer and c.kind in ('changed', 'removed')) as model_keys
    from alerts a
    where a.organization_id = ${organizationId} and a.kind = 'price_changed' and a.state <> 'resolved'`.execute(db);
  return rows;
}

async function modelsByKey(
  ctx: AlertContext,
  { id, projectIds }: WatchedOrganization,
  until: Date,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ provider: string; model: string }>`
    select distinct provider, model from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and bucket >= ${new Date(until.getTime() - IN_USE_MS)}`.execute(
    ctx.db,
  );
  const catalog = await loadOrganizationCatalog(ctx.db, id);
  const { rows: own } = await sql<{ model_key: string }>`
    select model_key from price_overrides
    where organization_id = ${id} and withdrawn_at is null and (effective_to is null or effective_to > ${until})`.execute(
    ctx.db,
  );
  const overridden = new Set(own.map((row) => row.model_key));
  return new Map(
    rows.flatMap(({ provider, model }) => {
      const key = catalog.resolve({ provider, model })?.key;
      return key === undefined || overridden.has(key) ? [] : [[key, model] as const];
    }),
  );
}

/** As `input cost per token 1.25 → 1 USD per million`, the rates that people know first. */
function wordsOf({ kind, before, after }: Change): string {
  if (kind === 'removed' || !before || !after) return 'is no longer in the price list';
  return diffRates(before, after)
    .map(({ rate, before: old, after: now }) => {
      const isOfTokens = /token/.test(rate);
      const words = (value: string | undefined) =>
        value === undefined ? 'none' : isOfTokens ? perMillion(value) : value;
      return `${rate.replaceAll('_', ' ')} ${words(old)} → ${words(now)} USD${isOfTokens ? ' per million' : ''}`;
    })
    .slice(0, 4)
    .join(', ');
}

/** To be read only: no money is counted with it. */
const perMillion = (rate: string): string => String(Number((Number(rate) * 1e6).toPrecision(12)));
