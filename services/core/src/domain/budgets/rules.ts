import { sql } from 'kysely';
import type { BudgetConditions, BudgetMeasure, BudgetPeriodKind } from '../../contract/budgets.ts';
import type { Db } from '../../db/connection.ts';

/** A budget as those who count and enforce need it. */
export interface BudgetRule {
  id: number;
  organizationId: number;
  /** The organization's. */
  timeZone: string;
  name: string;
  conditions: BudgetConditions;
  /** The projects whose calls it may cover. */
  projectIds: readonly number[];
  measure: BudgetMeasure;
  /** Pico-USD, tokens or calls. */
  amount: bigint;
  period: BudgetPeriodKind;
  rollingHours: number | null;
  thresholds: readonly number[];
  action: 'notify' | 'block';
  unpriced: 'open' | 'closed';
  reservation: boolean;
  startsAt: Date | null;
  scopeVersion: number;
}

/** All budgets that are not archived, as they are at a revision. */
export interface BudgetRules {
  revision: bigint;
  rules: readonly BudgetRule[];
}

interface Row {
  revision: bigint;
  id: number | null;
  organization_id: number;
  time_zone: string;
  name: string;
  conditions: BudgetConditions;
  project_ids: number[];
  measure: BudgetMeasure;
  amount: bigint;
  period: BudgetPeriodKind;
  rolling_hours: number | null;
  thresholds: number[];
  action: 'notify' | 'block';
  unpriced: 'open' | 'closed';
  reservation: boolean;
  starts_at: Date | null;
  scope_version: number;
}

/**
 * The budgets and their revision in one statement, so that they belong together. Without an organization those of all;
 * archived ones only where they are asked for.
 */
export async function loadBudgetRules(
  db: Db,
  { organizationId = null, archived = false }: { organizationId?: number | null; archived?: boolean } = {},
): Promise<BudgetRules> {
  const { rows } = await sql<Row>`/* prepared: load_budget_rules */
    select r.revision, b.*
    from budget_revision r
    left join lateral (
      select b.id, b.organization_id, o.time_zone, b.name, b.conditions, b.measure, b.amount, b.period, b.rolling_hours,
        b.thresholds, b.action, b.unpriced, b.reservation, b.starts_at, b.scope_version,
        array(
          select p.id from projects p
          where p.organization_id = b.organization_id
            and case when b.conditions ? 'projects' then b.conditions -> 'projects' @> to_jsonb(p.id) else not p.demo end
          order by p.id
        ) as project_ids
      from budgets b join organizations o on o.id = b.organization_id
      where (${archived}::boolean or b.archived_at is null)
        and (${organizationId}::integer is null or b.organization_id = ${organizationId})
    ) b on true
    order by b.id`.execute(db);
  return { revision: rows[0]?.revision ?? 0n, rules: rows.flatMap(toRule) };
}

function toRule(row: Row): BudgetRule[] {
  if (row.id === null) return [];
  return [
    {
      id: row.id,
      organizationId: row.organization_id,
      timeZone: row.time_zone,
      name: row.name,
      conditions: row.conditions,
      projectIds: row.project_ids,
      measure: row.measure,
      amount: row.amount,
      period: row.period,
      rollingHours: row.rolling_hours,
      thresholds: row.thresholds,
      action: row.action,
      unpriced: row.unpriced,
      reservation: row.reservation,
      startsAt: row.starts_at,
      scopeVersion: row.scope_version,
    },
  ];
}
