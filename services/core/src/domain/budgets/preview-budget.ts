import { type RawBuilder, sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { BudgetPreview, BudgetPreviewRequest } from '../../contract/budgets.ts';
import { timestampArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { toPeriod } from './budget-periods.ts';
import { lastPeriods, type Span } from './periods.ts';
import { chooseSource, needsRecords, sumsOf } from './recompute-spend.ts';
import { checkConditions } from './write-budget.ts';

/** As many as say what is usual; of quarters, a year. */
const PERIODS = { day: 14, week: 8, month: 6, quarter: 4, rolling: 6 } as const;
const MAX_TIME = '8s';

const startTime = timestampArray(({ start }: Span) => start.getTime());
const endTime = timestampArray(({ end }: Span) => end.getTime());

/**
 * What a budget of these conditions would have been in the last periods, the newest first.
 * @throws AppError `invalid_request` naming the field; `not_found` for a project that is not the organization's
 */
export async function previewBudget(
  tx: Db,
  organization: { id: number; timeZone: string; retentionDays: number },
  input: BudgetPreviewRequest,
  now: Date,
): Promise<BudgetPreview> {
  if ((input.period === 'rolling') !== (input.rollingHours !== undefined)) {
    throw invalidField('rollingHours', 'is for the period `rolling`, which needs it');
  }
  await checkConditions(tx, organization.id, input.conditions);
  const projects = await chooseProjects(tx, organization.id, input.conditions.projects);
  const rule = { period: input.period, rollingHours: input.rollingHours ?? null, timeZone: organization.timeZone };
  const spans = lastPeriods(rule, now, PERIODS[input.period]);
  const whole = { start: spans.at(-1)?.start ?? now, end: spans[0]?.end ?? now };
  const oldest = needsRecords(input.conditions) ? now.getTime() - organization.retentionDays * DAY : 0;
  await sql`select set_config('statement_timeout', ${MAX_TIME}, true)`.execute(tx);
  const sources: RawBuilder<unknown>[] = [];
  for (const id of projects) {
    const source = await chooseSource(tx, input.conditions, id, whole);
    sources.push(sql`(${sumsOf(source, input.conditions, id, whole)})`);
  }
  const { rows } = await sql<{ calls: bigint; tokens: bigint; unpriced_calls: bigint; total_pico_usd: bigint }>`
    with sums as materialized (${
      sources.length > 0
        ? sql.join(sources, sql` union all `)
        : sql`select now() as bucket, 0 as calls, 0 as tokens, 0 as unpriced_calls, 0 as total_pico_usd where false`
    })
    select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(tokens), 0)::bigint as tokens,
      coalesce(sum(unpriced_calls), 0)::bigint as unpriced_calls, coalesce(sum(total_pico_usd), 0) as total_pico_usd
    from unnest(${startTime(spans)}::timestamptz[], ${endTime(spans)}::timestamptz[])
      with ordinality as span (from_time, to_time, place)
    left join sums on sums.bucket >= span.from_time and sums.bucket < span.to_time
    group by span.place order by span.place`.execute(tx);
  return {
    periods: spans.map((span, i) => {
      const row = rows[i];
      const sum = {
        calls: row?.calls ?? 0n,
        tokens: row?.tokens ?? 0n,
        unpricedCalls: row?.unpriced_calls ?? 0n,
        totalPicoUsd: row?.total_pico_usd ?? 0n,
      };
      return toPeriod(input, span, sum, span.start.getTime() < oldest);
    }),
  };
}
