import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { RealizedChange } from '../../contract/realized.ts';
import { inScope } from '../../db/scope.ts';
import { recordConditions } from '../usage/record-filter.ts';
import type { Selection } from '../whatif/selection.ts';
import { type DayFigures, noFigures } from './figures.ts';

/** Requests that carry no hash cannot be told apart: each is one of its own. */
const UNITS = {
  distinct_requests: sql`count(distinct request_hash) filter (where request_hash is not null)
    + count(*) filter (where request_hash is null)`,
  ok_calls: sql`count(*) filter (where status = 'ok')`,
};

/** Figures of days for a change after which the same work needs fewer calls. */
export async function countCalls(
  ctx: Context,
  organizationId: number,
  selection: Selection,
  { unit, timeZone }: { unit: Extract<RealizedChange, { kind: 'calls' }>['unit']; timeZone: string },
): Promise<DayFigures[]> {
  const { rows } = await inScope(ctx, { organizationId }, (tx) =>
    sql<{ day: string; calls: bigint; units: bigint; unpriced: bigint; cost: bigint }>`
      select to_char(ts at time zone ${timeZone}::text, 'YYYY-MM-DD') as day, count(*) as calls, ${UNITS[unit]} as units,
        count(*) filter (where total_pico_usd is null) as unpriced, coalesce(sum(total_pico_usd), 0) as cost
      from usage_calls where ${recordConditions(selection)}
      group by 1 order by 1`.execute(tx),
  );
  return rows.map(({ day, calls, units, unpriced, cost }) => {
    const figures = noFigures(day);
    Object.assign(figures.new, {
      calls: Number(calls),
      units: Number(units),
      unpricedCalls: Number(unpriced),
      cost,
    });
    return figures;
  });
}
