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

/**
 * Compares what is in the database with what was acknowledged, record by record, and the rollup with the records. All of
 * it happens in the database: ten million ids would not fit here a second time.
 */
export async function verify(owner: Db, acknowledged: ReadonlySet<string>): Promise<Verdict> {
  const compared = await owner.transaction().execute(async (tx) => {
    await sql`create temp table acknowledged (id uuid primary key) on commit drop`.execute(tx);
    for (const ids of chunks(acknowledged)) {
      await sql`insert into acknowledged select * from unnest(${ids}::uuid[])`.execute(tx);
    }
    const { rows } = await sql<{ records: bigint; lost: bigint; repeated: bigint }>`
      with stored as materialized (select event_id as id, count(*) as times from usage_records group by 1)
      select (select coalesce(sum(times), 0)::bigint from stored) as records,
        (select count(*) from acknowledged left join stored using (id) where stored.id is null) as lost,
        (select count(*) from stored where times > 1) as repeated`.execute(tx);
    return rows[0];
  });
  return {
    records: Number(compared?.records),
    lost: Number(compared?.lost),
    repeated: Number(compared?.repeated),
    wrongSums: await countWrongSums(owner),
  };
}

const CHUNK = 50_000;

function* chunks(ids: Iterable<string>): Generator<string[]> {
  let chunk: string[] = [];
  for (const id of ids) {
    chunk.push(id);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
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
