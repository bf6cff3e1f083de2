import { sql } from 'kysely';
import type { BudgetConditions, BudgetMeasure, NewBudget } from '../../contract/budgets.ts';
import { parseUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { checkChannelIds } from '../channels/check-channel-ids.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import { formatAmount } from './budget-status.ts';
import { quarterOf } from './periods.ts';

/** Who writes, and when. */
export interface Author {
  organizationId: number;
  userId: number;
  now: Date;
}

/** More than any organization manages by hand; every writer keeps all of them in memory. */
const MAX_BUDGETS = 5_000;

/**
 * Makes a budget. It counts from its commit on; what was spent before is counted by `fillBudgets`, and until then it does
 * not block.
 * @throws AppError `invalid_request` naming the field; `conflict` when there are too many
 */
export async function createBudget(tx: Db, author: Author, input: NewBudget): Promise<number> {
  const values = await check(tx, author, input);
  const { rows: count } = await sql<{ budgets: bigint }>`
    select count(*) as budgets from budgets
    where organization_id = ${author.organizationId} and archived_at is null`.execute(tx);
  if ((count[0]?.budgets ?? 0n) >= MAX_BUDGETS) {
    throw new AppError('conflict', `There are ${MAX_BUDGETS} budgets already; archive some first`);
  }
  const { rows } = await sql<{ id: number }>`
    insert into budgets (organization_id, name, conditions, measure, amount, period, rolling_hours, thresholds,
      notify_forecast, channel_ids, action, unpriced, reservation, starts_at, created_by, created_at, updated_at)
    values (${author.organizationId}, ${values.name}, ${JSON.stringify(values.conditions)}::jsonb, ${values.measure},
      ${values.amount.toString()}::numeric, ${values.period}, ${values.rollingHours}, ${values.thresholds}::integer[],
      ${values.notifyForecast}, ${values.channelIds}::integer[], ${values.action}, ${values.unpriced},
      ${values.reservation}, ${values.startsAt}, ${author.userId}, ${author.now}, ${author.now})
    returning id`.execute(tx);
  const id = rows[0]?.id ?? 0;
  await audit(tx, author.organizationId, { action: 'budget.created', targetId: id, after: forAudit(input) });
  return id;
}

/**
 * Changes a budget. Where its conditions change, its spend is counted anew from what is kept; otherwise it stays.
 * @throws AppError `not_found`, `invalid_request`, `conflict` for an archived one
 */
export async function updateBudget(tx: Db, author: Author, id: number, input: NewBudget): Promise<void> {
  const before = await lockBudget(tx, author.organizationId, id);
  const values = await check(tx, author, input);
  const { rows } = await sql<{ same: boolean }>`
    select conditions = ${JSON.stringify(values.conditions)}::jsonb as same from budgets where id = ${id}`.execute(tx);
  const restart = rows[0]?.same ? sql`` : sql`, scope_version = scope_version + 1, filled_from = null`;
  await sql`
    update budgets set name = ${values.name}, conditions = ${JSON.stringify(values.conditions)}::jsonb,
      measure = ${values.measure}, amount = ${values.amount.toString()}::numeric, period = ${values.period},
      rolling_hours = ${values.rollingHours}, thresholds = ${values.thresholds}::integer[],
      notify_forecast = ${values.notifyForecast}, channel_ids = ${values.channelIds}::integer[], action = ${values.action},
      unpriced = ${values.unpriced}, reservation = ${values.reservation}, starts_at = ${values.startsAt},
      updated_at = ${author.now} ${restart}
    where id = ${id} and organization_id = ${author.organizationId}`.execute(tx);
  await audit(tx, author.organizationId, {
    action: 'budget.changed',
    targetId: id,
    before: forAudit(before),
    after: forAudit({ ...input, rollingHours: values.rollingHours, startsAt: values.startsAt }),
  });
}

/**
 * Ends a budget: it counts and blocks no more, and its history stays.
 * @throws AppError `not_found`, `conflict`
 */
export async function archiveBudget(tx: Db, author: Author, id: number): Promise<void> {
  const before = await lockBudget(tx, author.organizationId, id);
  await sql`update budgets set archived_at = ${author.now}, updated_at = ${author.now}
    where id = ${id} and organization_id = ${author.organizationId}`.execute(tx);
  await audit(tx, author.organizationId, { action: 'budget.deleted', targetId: id, before: forAudit(before) });
}

/** The budget as it was asked for, to be compared with what it becomes. */
async function lockBudget(tx: Db, organizationId: number, id: number): Promise<Record<string, unknown>> {
  const { rows } = await sql<Record<string, unknown> & { archived: boolean }>`
    select name, conditions, measure, amount::text as amount, period, rolling_hours as "rollingHours", thresholds,
      notify_forecast as "notifyForecast", channel_ids as "channelIds", action, unpriced, reservation,
      starts_at as "startsAt", archived_at is not null as archived
    from budgets where id = ${id} and organization_id = ${organizationId} for update`.execute(tx);
  const [row] = rows;
  if (!row) throw new AppError('not_found', `There is no budget ${id}`);
  const { archived, ...budget } = row;
  if (archived) throw new AppError('conflict', 'The budget is archived');
  return { ...budget, amount: formatAmount(BigInt(String(budget.amount)), budget.measure as BudgetMeasure) };
}

async function check(tx: Db, author: Author, input: NewBudget) {
  const offender = findUnstorableText(input);
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  const name = input.name.trim();
  if (name === '') throw invalidField('name', 'must not be empty');
  if ((input.period === 'rolling') !== (input.rollingHours !== undefined)) {
    throw invalidField('rollingHours', 'is for the period `rolling`, which needs it');
  }
  if (input.reservation && input.action !== 'block') {
    throw invalidField('reservation', 'is for budgets that block');
  }
  await checkConditions(tx, author.organizationId, input.conditions);
  await checkChannelIds(tx, author.organizationId, input.channelIds, 'channelIds');
  return {
    name,
    conditions: input.conditions,
    measure: input.measure,
    amount: readAmount(input),
    period: input.period,
    rollingHours: input.rollingHours ?? null,
    thresholds: [...input.thresholds].sort((a, b) => a - b),
    notifyForecast: input.notifyForecast,
    channelIds: [...input.channelIds],
    action: input.action,
    unpriced: input.unpriced,
    reservation: input.reservation,
    // Spend is kept by quarters of an hour.
    startsAt: input.startsAt ? new Date(quarterOf(Date.parse(input.startsAt))) : null,
  };
}

/** Sums stay within what a screen can show. */
const MAX_USD = 10n ** 21n;
const MAX_COUNT = 10n ** 15n;

function readAmount({ amount, measure }: NewBudget): bigint {
  if (measure === 'usd') {
    const value = parseUsd(amount);
    if (value === undefined || value <= 0n || value > MAX_USD) {
      throw invalidField('amount', 'must be above 0 and at most 1000000000 USD');
    }
    return value;
  }
  const value = /^\d{1,16}$/.test(amount) ? BigInt(amount) : 0n;
  if (value <= 0n || value > MAX_COUNT) throw invalidField('amount', `must be a whole number of ${measure} above 0`);
  return value;
}

/**
 * Projects and keys must be the organization's own.
 * @throws AppError `invalid_request`
 */
export async function checkConditions(tx: Db, organizationId: number, conditions: BudgetConditions): Promise<void> {
  const projects = conditions.projects ?? [];
  const keys = conditions.keys ?? [];
  if (Object.keys(conditions.tags ?? {}).length > 10)
    throw invalidField('conditions.tags', 'must have at most 10 keys');
  const { rows } = await sql<{ projects: number[]; keys: number[] }>`
    select
      array(select id from projects where organization_id = ${organizationId} and id = any(${projects}::integer[])) as projects,
      array(select k.id from api_keys k join projects p on p.id = k.project_id
        where p.organization_id = ${organizationId} and k.id = any(${keys}::integer[])) as keys`.execute(tx);
  const project = projects.find((id) => !rows[0]?.projects.includes(id));
  if (project !== undefined) throw invalidField('conditions.projects', `there is no project ${project}`);
  const key = keys.find((id) => !rows[0]?.keys.includes(id));
  if (key !== undefined) throw invalidField('conditions.keys', `there is no key ${key}`);
}

/** The log outlives its people, and those whom budgets are about: of them it says how many they are, and not who. */
function forAudit(budget: Record<string, unknown>): Record<string, unknown> {
  const { users, customers, tags, ...conditions } = budget.conditions as BudgetConditions;
  return {
    ...budget,
    conditions: {
      ...conditions,
      ...(users ? { users: users.length } : {}),
      ...(customers ? { customers: customers.length } : {}),
      ...(tags ? { tags: Object.keys(tags) } : {}),
    },
  };
}
