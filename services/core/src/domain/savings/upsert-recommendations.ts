import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { RecommendationSource } from '../../contract/savings.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { readCalendars } from '../rollups/calendars.ts';
import type { RecommendationDraft } from './draft.ts';
import { filtersOf } from './filters.ts';
import { isStillKnown } from './still-known.ts';

/** Times what it would have saved when it was dismissed, from which on it comes back. */
const GROWN = 2;

interface Upserted {
  written: number;
  /** Of the rules: open or snoozed ones that do not apply any more. */
  gone: number;
}

/**
 * Writes what was found. A recommendation that is there already is brought up to date and keeps what was decided about it: an
 * accepted one stays accepted; a dismissed one comes back only when it would save twice of what it would have then; a snoozed one
 * after its time; one that was gone is open again.
 *
 * The rules look at everything: what they did not find again is gone if it was open or snoozed, and marked otherwise. An analysis
 * is one person's question, and closes nothing.
 *
 * What is about somebody who has no calls any more, because they were forgotten meanwhile, is not written.
 */
export async function upsertRecommendations(
  ctx: Context,
  organizationId: number,
  source: RecommendationSource,
  list: readonly RecommendationDraft[],
): Promise<Upserted> {
  const now = ctx.clock.now();
  return inScope(ctx, { organizationId }, async (tx) => {
    await lockRecommendations(tx, organizationId);
    const { active: calendar } = await readCalendars(tx, organizationId);
    const kept: RecommendationDraft[] = [];
    for (const draft of list) if (await isStillKnown(tx, organizationId, draft, calendar)) kept.push(draft);
    // In the order of their key, as every write of many rows.
    kept.sort((a, b) => (a.identity < b.identity ? -1 : 1));
    for (const draft of kept) await write(tx, { organizationId, source, now }, draft);
    if (source === 'analysis') return { written: kept.length, gone: 0 };
    const found = kept.map(({ identity }) => identity);
    const { rows } = await sql<{ state: string }>`
      update recommendations set applies = false,
        state = case when state in ('open', 'snoozed') then 'gone' else state end,
        snoozed_until = null
      where organization_id = ${organizationId} and source = 'rule' and applies and identity <> all(${found}::text[])
      returning state`.execute(tx);
    return { written: kept.length, gone: rows.filter(({ state }) => state === 'gone').length };
  });
}

/** One writer at a time: what is forgotten while others write must not come back. */
export const lockRecommendations = (tx: Tx, organizationId: number) =>
  sql`select pg_advisory_xact_lock(hashtextextended('recommendations', ${organizationId}))`.execute(tx);

const json = (value: unknown) => sql`${value === undefined ? null : JSON.stringify(value)}::jsonb`;

async function write(
  tx: Tx,
  { organizationId, source, now }: { organizationId: number; source: RecommendationSource; now: Date },
  draft: RecommendationDraft,
): Promise<void> {
  const { evidence, scope } = draft;
  const values = sql`
    ${draft.rule}, ${draft.title}, ${draft.what}::text[], ${draft.steps}::text[], ${json(draft.snippet)},
    ${json({
      from: evidence.from.toISOString(),
      to: evidence.to.toISOString(),
      days: evidence.days,
      calls: Number(evidence.calls),
      tokens: Number(evidence.tokens),
      cost: formatPicoUsd(evidence.costPicoUsd),
      figures: evidence.figures,
    })},
    ${draft.savingPicoUsdPerMonth.toString()}::numeric, ${draft.confidence}, ${draft.effort}, ${draft.risk}, ${json(scope)},
    ${json(draft.change)}, ${json(filtersOf(scope))},
    ${json(
      draft.impact.map(({ cell, costPicoUsd, savingPicoUsd }) => ({
        cell,
        cost: costPicoUsd.toString(),
        saving: savingPicoUsd.toString(),
      })),
    )},
    ${draft.overlapGroup ?? null}, ${scope.user ?? null}, ${scope.customer ?? null}, ${now}::timestamptz`;
  const columns = sql.raw(
    'rule, title, what, steps, snippet, evidence, saving_pico_usd_per_month, confidence, effort, risk, scope, change, ' +
      'filters, impact, overlap_group, end_user, customer, last_seen_at',
  );
  await sql`
    insert into recommendations as r (organization_id, source, identity, project_id, state, first_seen_at, ${columns})
    values (${organizationId}, ${source}, ${draft.identity}, ${scope.projectId ?? null}::integer, 'open', ${now}, ${values})
    on conflict (organization_id, source, identity) do update set
      (${columns}, applies, state, snoozed_until, reason, decided_by, decided_at, decided_saving_pico_usd_per_month) =
      (select ${values}, true, next.state,
        case when next.state = 'snoozed' then r.snoozed_until end,
        case when next.state <> 'open' then r.reason end,
        case when next.state <> 'open' then r.decided_by end,
        case when next.state <> 'open' then r.decided_at end,
        case when next.state <> 'open' then r.decided_saving_pico_usd_per_month end
      from (select case
          when r.state = 'gone' then 'open'
          when r.state = 'snoozed' and r.snoozed_until <= ${now} then 'open'
          when r.state = 'dismissed' and ${draft.savingPicoUsdPerMonth.toString()}::numeric
            >= ${GROWN} * greatest(r.decided_saving_pico_usd_per_month, 1) then 'open'
          else r.state end as state) as next)`.execute(tx);
}
