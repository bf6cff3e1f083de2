import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import type { RecommendationDraft } from './draft.ts';
import { MONTH_DAYS } from './look.ts';
import { lookAtProject, priceList } from './look-at-project.ts';
import { upsertRecommendations } from './upsert-recommendations.ts';

/**
 * Looks for savings in an organization's calls of the last 30 days, project by project, and brings its recommendations up to
 * date. For the worker; safe to run twice. Sums are made by the database, so that memory does not grow with the calls.
 */
export async function findSavings(
  ctx: Context,
  organizationId: number,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ found: number; gone: number }> {
  const now = ctx.clock.now();
  if (!(await begin(ctx, organizationId, now))) return { found: 0, gone: 0 };
  try {
    const span = { from: new Date(now.getTime() - MONTH_DAYS * DAY), to: now };
    const prices = priceList(await loadOrganizationCatalog(ctx.db, organizationId), now);
    const projects = await ctx.db
      .selectFrom('projects')
      .select('id')
      .where('organization_id', '=', organizationId)
      .orderBy('id')
      .execute();
    const drafts: RecommendationDraft[] = [];
    const costs: Record<string, string> = {};
    let calls = 0n;
    for (const { id: projectId } of projects) {
      const found = await lookAtProject(ctx.db, { projectId, ...span }, prices, signal);
      drafts.push(...found.drafts);
      calls += found.calls;
      costs[projectId] = found.costPicoUsdPerMonth.toString();
    }
    const { written, gone } = await upsertRecommendations(ctx, organizationId, 'rule', drafts);
    await sql`
      update savings_runs set finished_at = ${ctx.clock.now()}, failed_at = null, period_from = ${span.from},
        period_to = ${span.to}, calls = ${calls.toString()}::bigint, cost_per_month = ${JSON.stringify(costs)}::jsonb
      where organization_id = ${organizationId}`.execute(ctx.db);
    return { found: written, gone };
  } catch (error) {
    await sql`
      update savings_runs set failed_at = ${ctx.clock.now()} where organization_id = ${organizationId}`
      .execute(ctx.db)
      .catch(() => {});
    throw error;
  }
}

/** @returns false for an organization that is not there any more, or is going */
async function begin({ db }: Context, organizationId: number, now: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into savings_runs (organization_id, started_at)
    select id, ${now}::timestamptz from organizations where id = ${organizationId} and deleting_at is null
    on conflict (organization_id) do update set started_at = excluded.started_at
    returning organization_id`.execute(db);
  return rows.length > 0;
}

/** Whose savings are looked for every day. */
export async function organizationsToLookAt({ db }: Context): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from organizations where deleting_at is null order by id`.execute(db);
  return rows.map(({ id }) => id);
}
