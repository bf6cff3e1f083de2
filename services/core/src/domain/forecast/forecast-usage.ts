import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { UsageForecast, UsageForecastQuery } from '../../contract/forecast.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { periodAt } from '../budgets/periods.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import type { Period } from '../usage/plan-sources.ts';
import { readSpendDays, readSpendHours } from '../usage/read-hours.ts';
import { FORECAST_CONFIDENCE, forecastSpan } from './forecast.ts';
import { fillHours } from './local-days.ts';

const HISTORY_MS = 71 * DAY;
/** A year and a month: what was free last year is free again. */
const YEAR_MS = 400 * DAY;

/**
 * What the running month of an organization will have come to, with its range.
 * @throws AppError `not_found` for a project that is not the organization's
 */
export async function forecastUsage(
  tx: Db,
  organization: { id: number; timeZone: string },
  query: UsageForecastQuery,
  now: Date,
): Promise<UsageForecast> {
  const projectIds = await chooseProjects(tx, organization.id, query.projectId);
  const { timeZone } = organization;
  const month = periodAt({ period: 'month', rollingHours: null, timeZone }, now);
  const from = new Date(Math.floor((now.getTime() - HISTORY_MS) / HOUR) * HOUR);
  const sums = await readSpendHours(tx, projectIds, { from, to: now }, 'total');
  const days = await readSpendDays(tx, organization.id, projectIds, {
    from: new Date(now.getTime() - YEAR_MS),
    to: now,
  });
  const hours = fillHours(
    sums.map(({ hour, picoUsd }) => ({ start: hour.getTime(), value: picoUsd })),
    now,
  );
  const spent = hours.reduce((sum, { start, value }) => (start >= month.start.getTime() ? sum + value : sum), 0);
  const { basis, historyDays, total } = forecastSpan({ hours, days, timeZone, now, span: month, spent });
  return {
    start: month.start.toISOString(),
    end: month.end.toISOString(),
    timeZone,
    basis,
    historyDays,
    confidence: FORECAST_CONFIDENCE,
    spent: formatPicoUsd(await readSpent(tx, projectIds, { from: month.start, to: now })),
    total: total ? { expected: usd(total.expected), low: usd(total.low), high: usd(total.high) } : null,
  };
}

/** To the last digit, as the Overview says it; the forecast itself is an estimate. */
async function readSpent(tx: Db, projectIds: readonly number[], { from, to }: Period): Promise<bigint> {
  const { rows } = await sql<{ spent: bigint }>`
    select coalesce(sum(total_pico_usd), 0) as spent from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and bucket >= ${from} and bucket < ${to}`.execute(tx);
  return rows[0]?.spent ?? 0n;
}

const usd = (picoUsd: number): string => formatPicoUsd(BigInt(Math.round(picoUsd)));
