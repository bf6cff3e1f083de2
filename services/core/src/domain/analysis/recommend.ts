import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { RECOMMENDATION_LIMITS, type RecommendationScope, type RecommendedChange } from '../../contract/savings.ts';
import type { Db } from '../../db/connection.ts';
import { cellOf, type RecommendationDraft } from '../savings/draft.ts';
import { upsertRecommendations } from '../savings/upsert-recommendations.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { recordConditions, recordFilter } from '../usage/record-filter.ts';
import type { AnalysedPeriod, PricedFinding } from './price-findings.ts';
import { type NameTable, withRealNames } from './pseudonyms.ts';

/** What overlaps is told apart by these; beyond the dearest it hardly matters. */
const MAX_CELLS = 200;

/**
 * Makes recommendations of findings that save something, of the same form as those of the rules. A finding about calls that a
 * recommendation cannot name (by environment or tag, or of some projects only) stays a finding.
 * @returns the id of each, in the findings' order
 */
export async function recommend(
  ctx: Context,
  period: AnalysedPeriod,
  findings: readonly PricedFinding[],
  names: NameTable,
): Promise<(number | null)[]> {
  const everywhere = await chooseProjects(ctx.db, period.organizationId, undefined);
  const isWhole = everywhere.every((id) => period.projectIds.includes(id));
  const drafts = new Map<PricedFinding, RecommendationDraft>();
  for (const one of findings) {
    const scope = scopeOf(one, period, isWhole);
    if (!scope || one.savingPicoUsd === undefined) continue;
    drafts.set(one, await draftOf(ctx.db, period, { ...one, savingPicoUsd: one.savingPicoUsd }, scope, names));
  }
  if (drafts.size === 0) return findings.map(() => null);
  await upsertRecommendations(ctx, period.organizationId, 'analysis', [...drafts.values()]);
  const { rows } = await sql<{ id: number; identity: string }>`
    select id, identity from recommendations
    where organization_id = ${period.organizationId} and source = 'analysis'
      and identity = any(${[...drafts.values()].map(({ identity }) => identity)}::text[])`.execute(ctx.db);
  const ids = new Map(rows.map(({ id, identity }) => [identity, id]));
  return findings.map((one) => ids.get(drafts.get(one)?.identity ?? '') ?? null);
}

/** The scope in the words of recommendations; `undefined` where they have none for it. */
function scopeOf(
  { chosen: { selection, filter } }: PricedFinding,
  period: AnalysedPeriod,
  isWhole: boolean,
): RecommendationScope | undefined {
  if (filter.environment || filter.tag) return undefined;
  const [only, ...more] = selection.projectId ?? period.projectIds;
  if (more.length > 0 && !isWhole) return undefined;
  const { provider, model, feature, key, user, customer, serviceTier } = selection;
  const scope = {
    projectId: more.length === 0 ? only : undefined,
    provider: provider?.[0],
    model: model?.[0],
    feature: feature?.[0],
    keyId: key?.[0],
    user: user?.[0],
    customer: customer?.[0],
    serviceTier: serviceTier?.[0],
  };
  return Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined)) as RecommendationScope;
}

async function draftOf(
  db: Db,
  period: AnalysedPeriod,
  one: PricedFinding & { savingPicoUsd: bigint },
  scope: RecommendationScope,
  names: NameTable,
): Promise<RecommendationDraft> {
  const { finding, savingPicoUsd, chosen, result } = one;
  const days = (period.to.getTime() - period.from.getTime()) / DAY;
  const cells = await readCells(db, period, chosen.selection);
  const cost = cells.reduce((sum, cell) => sum + cell.cost, 0n);
  const sentence = (text: string) => withRealNames(text, names).slice(0, RECOMMENDATION_LIMITS.sentence);
  const group = JSON.stringify([finding.action, Object.entries(scope).sort()]);
  const to = finding.details.find(({ name }) => name === 'to' || name === 'tier')?.value ?? '';
  return {
    rule: finding.action,
    identity: JSON.stringify([group, finding.action === 'switch_model' || finding.action === 'change_tier' ? to : '']),
    title: withRealNames(finding.title, names).slice(0, RECOMMENDATION_LIMITS.title),
    what: [sentence(finding.explanation)],
    steps: finding.steps.map(sentence),
    evidence: {
      from: period.from,
      to: period.to,
      days,
      calls: cells.reduce((sum, cell) => sum + cell.calls, 0n),
      tokens: cells.reduce((sum, cell) => sum + cell.tokens, 0n),
      costPicoUsd: cost,
      figures: result
        ? [
            { name: 'priced_calls', label: 'Calls priced both ways', unit: 'calls', value: result.totals.pricedCalls },
            { name: 'cost_before', label: 'They cost', unit: 'usd', value: result.totals.costBefore },
            { name: 'cost_after', label: 'They would have cost', unit: 'usd', value: result.totals.costAfter },
            {
              name: 'unable_calls',
              label: 'Calls that cannot be made that way',
              unit: 'calls',
              value: result.totals.unableCalls,
            },
          ]
        : [],
    },
    savingPicoUsdPerMonth: savingPicoUsd,
    confidence: finding.confidence,
    effort: finding.effort,
    risk: finding.risk,
    scope,
    change: recommendedChange(one),
    impact: cells.map((cell) => ({
      cell: cellOf(cell),
      costPicoUsd: inMonth(cell.cost, days),
      savingPicoUsd: cost === 0n ? 0n : (savingPicoUsd * cell.cost) / cost,
    })),
    overlapGroup: `analysis:${group}`,
  };
}

const inMonth = (picoUsd: bigint, days: number): bigint =>
  (picoUsd * 30_000n) / BigInt(Math.max(1, Math.round(days * 1_000)));

interface Cell {
  projectId: number;
  feature: string;
  provider: string;
  model: string;
  calls: bigint;
  tokens: bigint;
  cost: bigint;
}

/** What is spent on the chosen calls, and where: the saving is divided as the spend is. */
async function readCells(
  db: Db,
  period: AnalysedPeriod,
  selection: PricedFinding['chosen']['selection'],
): Promise<Cell[]> {
  const filter = recordFilter(selection, selection.projectId ?? period.projectIds);
  const { rows } = await sql<Cell>`
    select project_id as "projectId", coalesce(feature, '') as feature, provider, model, count(*) as calls,
      sum(coalesce(input_tokens, 0)::bigint + coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0)
        + coalesce(cache_write_1h_tokens, 0) + coalesce(output_tokens, 0) + coalesce(reasoning_tokens, 0)) as tokens,
      coalesce(sum(total_pico_usd), 0) as cost
    from usage_calls where ${recordConditions(filter)}
    group by project_id, coalesce(feature, ''), provider, model
    order by cost desc, feature, provider, model limit ${MAX_CELLS}`.execute(db);
  return rows;
}

/** As realized savings follow it; `undefined` where they have no word for it. */
function recommendedChange({ change }: PricedFinding): RecommendedChange | undefined {
  if (change?.model) return { kind: 'model', ...change.model };
  if (change?.serviceTier === 'batch' || change?.serviceTier === 'flex')
    return { kind: 'tier', tier: change.serviceTier };
  if (change?.caching) return { kind: 'cache', ttl: '5m' };
  if (change?.tokens?.inputFactor !== undefined)
    return { kind: 'tokens', tokenClass: 'input', factor: change.tokens.inputFactor };
  if (change?.tokens?.outputFactor !== undefined)
    return { kind: 'tokens', tokenClass: 'output', factor: change.tokens.outputFactor };
  return undefined;
}
