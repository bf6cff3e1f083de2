import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { RealizedChange } from '../../contract/realized.ts';
import { inScope } from '../../db/scope.ts';
import { recordConditions } from '../usage/record-filter.ts';
import type { Selection } from '../whatif/selection.ts';
import { type DayFigures, noFigures } from './figures.ts';

/** By what calls are one piece. Requests that carry no hash cannot be told apart: each is one of its own. */
const PIECES = {
  distinct_requests: sql`coalesce(request_hash::text, event_id::text)`,
  ok_calls: sql`status`,
};

/** How much of a piece is work, and what that alone costs; of a request that was repeated it is one call. */
const WORK = {
  distinct_requests: { units: sql`1`, cost: sql`div(sum(total_pico_usd), greatest(count(total_pico_usd), 1))` },
  ok_calls: {
    units: sql`count(*) filter (where status = 'ok')`,
    cost: sql`sum(total_pico_usd) filter (where status = 'ok')`,
  },
};

interface Row {
  day: string;
  calls: bigint;
  units: bigint;
  unpriced: bigint;
  cost: bigint;
  work: bigint;
}

/** Figures of days for a change after which the same work needs fewer calls. */
export async function countCalls(
  ctx: Context,
  organizationId: number,
  selection: Selection,
  { unit, timeZone }: { unit: Extract<RealizedChange, { kind: 'calls' }>['unit']; timeZone: string },
): Promise<DayFigures[]> {
  const { rows } = await inScope(ctx, { organizationId }, (tx) =>
    sql<Row>`
      with pieces as (
        select to_char(ts at time zone ${timeZone}::text, 'YYYY-MM-DD') as day, ${PIECES[unit]} as piece,
          count(*) as calls, ${WORK[unit].units} as units, count(*) filter (where total_pico_usd is null) as unpriced,
          sum(total_pico_usd) as cost, ${WORK[unit].cost} as work
        from usage_calls where ${recordConditions(selection)}
        group by 1, 2)
      select day, sum(calls)::bigint as calls, sum(units)::bigint as units, sum(unpriced)::bigint as unpriced,
        coalesce(sum(cost), 0)::bigint as cost, coalesce(sum(work), 0)::bigint as work
      from pieces group by 1 order by 1`.execute(tx),
  );
  return rows.map(({ day, calls, units, unpriced, cost, work }) => {
    const figures = noFigures(day);
    Object.assign(figures.new, {
      calls: Number(calls),
      units: Number(units),
      unpricedCalls: Number(unpriced),
      cost,
      otherwise: { input: 0n, output: 0n, other: work },
    });
    return figures;
  });
}
