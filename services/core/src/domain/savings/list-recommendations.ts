import { sql } from 'kysely';
import type {
  Recommendation,
  RecommendationEvidence,
  RecommendationList,
  RecommendationState,
  RecommendationsQuery,
} from '../../contract/savings.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { recordsAddress } from './filters.ts';
import { readRun } from './request-run.ts';
import { addUp, TOTAL_EXPLANATION } from './total.ts';

interface Organization {
  id: number;
  timeZone: string;
}

type Row = Pick<
  Recommendation,
  'id' | 'source' | 'rule' | 'identity' | 'title' | 'what' | 'steps' | 'snippet' | 'confidence' | 'effort' | 'risk'
> &
  Pick<Recommendation, 'scope' | 'change' | 'filters' | 'state' | 'applies' | 'reason'> & {
    evidence: RecommendationEvidence;
    project_name: string | null;
    saving: bigint;
    impact: { cell: string; cost: string; saving: string }[];
    overlap_group: string | null;
    snoozed_until: Date | null;
    decided_by: number | null;
    decided_by_name: string | null;
    decided_at: Date | null;
    first_seen_at: Date;
    last_seen_at: Date;
  };

/** Those of the chosen projects and those of the whole organization, the dearest first, with what they come to together. */
export async function listRecommendations(
  tx: Tx,
  organization: Organization,
  query: RecommendationsQuery,
  now: Date,
): Promise<RecommendationList> {
  const projectIds = await chooseProjects(tx, organization.id, query.projectId);
  const rows = (await readRows(tx, organization.id, now)).filter(
    ({ scope, source }) =>
      (scope.projectId === undefined || projectIds.includes(scope.projectId)) &&
      (query.source === undefined || source === query.source),
  );
  const open = rows.filter(({ state }) => state === 'open');
  const { totalPicoUsd, counted } = addUp(open.map(toSaving));
  const wanted = (state: RecommendationState) => query.state?.includes(state) ?? state !== 'gone';
  const { run, costs } = await readRun(tx, organization.id, now);
  const cost = projectIds.reduce((sum, id) => sum + (costs.get(id) ?? 0n), 0n);
  return {
    recommendations: rows
      .filter(({ state }) => wanted(state))
      .map((row) => toRecommendation(row, counted.get(row.id) ?? 0n, organization.timeZone)),
    total: {
      savingPerMonth: formatPicoUsd(totalPicoUsd),
      costPerMonth: formatPicoUsd(cost),
      recommendations: open.length,
      explanation: TOTAL_EXPLANATION,
    },
    run,
  };
}

/**
 * One of them. What it adds to the others is said by the list alone: here it stands for itself.
 * @throws AppError `not_found`
 */
export async function readRecommendation(
  tx: Tx,
  organization: Organization,
  id: number,
  now: Date,
): Promise<Recommendation> {
  const [row] = await readRows(tx, organization.id, now, id);
  if (!row) throw new AppError('not_found', `There is no recommendation ${id}`);
  return toRecommendation(row, row.state === 'open' ? row.saving : 0n, organization.timeZone);
}

/** A snoozed one whose time is over is open, whether or not anybody has looked since. */
async function readRows(tx: Tx, organizationId: number, now: Date, id?: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select r.id, r.source, r.rule, r.identity, r.title, r.what, r.steps, r.snippet, r.evidence,
      r.saving_pico_usd_per_month as saving, r.confidence, r.effort, r.risk, r.scope, p.name as project_name, r.change,
      r.filters, r.impact, r.overlap_group, r.reason, r.decided_by, u.name as decided_by_name, r.decided_at,
      r.first_seen_at, r.last_seen_at, r.applies,
      case when r.state = 'snoozed' and r.snoozed_until <= ${now} then 'open' else r.state end as state,
      case when r.snoozed_until > ${now} then r.snoozed_until end as snoozed_until
    from recommendations r
    left join projects p on p.id = r.project_id
    left join users u on u.id = r.decided_by
    where r.organization_id = ${organizationId} ${id === undefined ? sql`` : sql`and r.id = ${id}`}
    order by r.saving_pico_usd_per_month desc, r.id`.execute(tx);
  return rows;
}

const toSaving = (row: Row) => ({
  id: row.id,
  savingPicoUsdPerMonth: row.saving,
  overlapGroup: row.overlap_group,
  impact: row.impact.map(({ cell, cost, saving }) => ({
    cell,
    costPicoUsd: BigInt(cost),
    savingPicoUsd: BigInt(saving),
  })),
});

function toRecommendation(row: Row, countedPicoUsd: bigint, timeZone: string): Recommendation {
  const { evidence } = row;
  return {
    id: row.id,
    source: row.source,
    rule: row.rule,
    identity: row.identity,
    title: row.title,
    what: row.what,
    steps: row.steps,
    snippet: row.snippet,
    evidence,
    savingPerMonth: formatPicoUsd(row.saving),
    countedPerMonth: formatPicoUsd(countedPicoUsd),
    confidence: row.confidence,
    effort: row.effort,
    risk: row.risk,
    scope: row.scope,
    projectName: row.project_name,
    change: row.change,
    filters: row.filters,
    query: recordsAddress(row.filters, { from: new Date(evidence.from), to: new Date(evidence.to) }, timeZone),
    state: row.state,
    applies: row.applies,
    reason: row.reason,
    snoozedUntil: row.snoozed_until?.toISOString() ?? null,
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decided_by_name ?? '' },
    decidedAt: row.decided_at?.toISOString() ?? null,
    overlapGroup: row.overlap_group,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  };
}
