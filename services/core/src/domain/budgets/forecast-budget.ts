import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import { type Forecast, forecastSpan } from '../forecast/forecast.ts';
import { fillHours } from '../forecast/local-days.ts';
import { readSpendDays } from '../usage/read-hours.ts';
import { isFilled } from './budget-status.ts';
import type { Span } from './periods.ts';
import type { BudgetRule } from './rules.ts';
import { measured, type SpendOfBudget } from './spend.ts';

const HISTORY_MS = 71 * DAY;
const YEAR_MS = 400 * DAY;
const COLUMN = { usd: sql`total_pico_usd`, tokens: sql`tokens`, calls: sql`calls` } as const;

/**
 * What a budget will have spent at the end of a period, in its measure. `undefined` for a rolling window, which has no end,
 * and while the past is being counted.
 */
export async function forecastBudget(
  db: Db,
  rule: BudgetRule,
  span: Span,
  spend: SpendOfBudget | undefined,
  now: Date,
): Promise<Forecast | undefined> {
  if (rule.period === 'rolling' || !spend || !isFilled(spend.filledFrom, span.start)) return undefined;
  const known = spend.filledFrom instanceof Date ? spend.filledFrom.getTime() : 0;
  const from = new Date(Math.max(known, Math.floor((now.getTime() - HISTORY_MS) / HOUR) * HOUR));
  const { rows } = await sql<{ hour: Date; value: number }>`
    select date_bin('1 hour', bucket, '2000-01-01T00:00:00Z') as hour, sum(${COLUMN[rule.measure]})::float8 as value
    from budget_spend
    where project_id = any(${[...rule.projectIds]}::integer[]) and budget_id = ${rule.id} and bucket >= ${from} and bucket < ${now}
    group by 1 order by 1`.execute(db);
  // Which days are free is the whole organization's.
  const days = await readSpendDays(db, rule.organizationId, rule.projectIds, {
    from: new Date(now.getTime() - YEAR_MS),
    to: now,
  });
  return forecastSpan({
    hours: fillHours(
      rows.map(({ hour, value }) => ({ start: hour.getTime(), value })),
      now,
    ),
    days,
    timeZone: rule.timeZone,
    now,
    span,
    spent: Number(measured(spend, rule.measure)),
  });
}
