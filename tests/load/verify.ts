import { COST_COLUMNS, TOKEN_COLUMNS } from '@tokengrip/core/db/columns';
import type { Db } from '@tokengrip/core/db/connection';
import { sql } from 'kysely';

export interface Verdict {
  records: number;
  /** Acknowledged and not there. */
  lost: number;
  /** There more than once. */
  repeated: number;
  /** Sums of the rollup that differ from those of the records, by project and quarter of an hour. */
  wrongSums: number;
}

/** Compares what is in the database with what was acknowledged, record by record, and the rollup with the records. */
export async function verify(owner: Db, acknowledged: ReadonlySet<string>): Promise<Verdict> {
  const { rows } = await sql<{ id: string; times: bigint }>`
    select event_id::text as id, count(*) as times from usage_calls group by 1`.execute(owner);
  const times = new Map(rows.map(({ id, times }) => [id, Number(times)]));
  return {
    records: rows.reduce((sum, row) => sum + Number(row.times), 0),
    lost: [...acknowledged].filter((id) => !times.has(id)).length,
    repeated: [...times.values()].filter((count) => count > 1).length,
    wrongSums: await countWrongSums(owner),
  };
}

const SUMS = [...TOKEN_COLUMNS.map((name) => `${name}_tokens`), ...COST_COLUMNS.map((name) => `${name}_pico_usd`)];

export async function countWrongSums(owner: Db): Promise<number> {
  const sums = sql.join([...SUMS, 'total_pico_usd'].map((name) => sql`coalesce(sum(${sql.id(name)}), 0)::numeric`));
  const { rows } = await sql<{ wrong: bigint }>`
    with from_records as (
      select project_id, date_bin('15 minutes', ts, 'epoch') as bucket, model, coalesce(feature, ''), status,
        count(*)::numeric, count(*) filter (where cost_status = 'unpriced')::numeric, ${sums}
      from usage_calls where duplicate_of is null group by 1, 2, 3, 4, 5
    ), from_rollup as (
      select project_id, bucket, model, feature, status, sum(calls)::numeric, sum(unpriced_calls)::numeric, ${sums}
      from usage_15m group by 1, 2, 3, 4, 5
    )
    select count(*) as wrong from (
      (select * from from_records except select * from from_rollup) union all
      (select * from from_rollup except select * from from_records)
    ) as different`.execute(owner);
  return Number(rows[0]?.wrong ?? -1);
}
