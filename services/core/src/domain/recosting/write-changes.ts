import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { METERED_COLUMNS, type Remetered } from '../usage/remeter-record.ts';
import type { Change } from './evaluate.ts';
import { type StoredRecord, storedColumns } from './walk-records.ts';

/** Rows of one project, found by key within the partitions that hold them: `r` for the record, `k` for the key. */
function withKeys(projectId: number, keys: readonly { ts: Date; event_id: string }[]) {
  const times = keys.map(({ ts }) => ts.toISOString());
  const sorted = [...times].sort();
  return {
    keys: sql`unnest(${times}::timestamptz[], ${keys.map(({ event_id }) => event_id)}::uuid[]) as k (ts, event_id)`,
    match: sql`r.project_id = ${projectId} and r.ts = k.ts and r.event_id = k.event_id
      and r.ts >= ${sorted[0]} and r.ts <= ${sorted.at(-1)}`,
  };
}

/**
 * Locks records in the order of their key, which is that of every other writer of many.
 * @returns the version of each as it is now, by `keyText`; those that are gone are not in it
 */
export async function lockRecords(
  tx: Db,
  projectId: number,
  records: readonly StoredRecord[],
): Promise<Map<string, string>> {
  const { keys, match } = withKeys(projectId, records);
  const { rows } = await sql<Pick<StoredRecord, 'ts' | 'event_id' | 'row_version'>>`
    select r.ts, r.event_id, r.xmin::text as row_version
    from usage_records r, ${keys}
    where ${match}
    order by r.ts, r.event_id
    for no key update of r`.execute(tx);
  return new Map(rows.map((row) => [keyText(row), row.row_version]));
}

export const keyText = ({ ts, event_id }: { ts: Date; event_id: string }) => `${ts.getTime()} ${event_id}`;

/** Reads records again by their keys. */
export async function readRecords(
  tx: Db,
  projectId: number,
  records: readonly { ts: Date; event_id: string }[],
): Promise<StoredRecord[]> {
  if (records.length === 0) return [];
  const { keys, match } = withKeys(projectId, records);
  const { rows } = await sql<StoredRecord>`
    select ${storedColumns('r')} from usage_records r, ${keys} where ${match}`.execute(tx);
  return rows;
}

const meteredColumns = METERED_COLUMNS.map((column) => sql.id(column));

/** Keeps what the records say now, before they are changed. */
export async function keepOldFigures(
  tx: Db,
  recostingId: number,
  projectId: number,
  changes: readonly Change[],
): Promise<void> {
  const { keys, match } = withKeys(
    projectId,
    changes.map(({ record }) => record),
  );
  await sql`
    insert into recosting_changes (recosting_id, project_id, ts, event_id, previous_recosting_id,
      ${sql.join(meteredColumns)})
    select ${recostingId}::integer, r.project_id, r.ts, r.event_id, r.recosting_id,
      ${sql.join(METERED_COLUMNS.map((column) => sql.id('r', column)))}
    from usage_records r, ${keys}
    where ${match}`.execute(tx);
}

type Value = string | number | bigint | null;

const SPECIAL: Partial<Record<(typeof METERED_COLUMNS)[number], { type: string; value(after: Remetered): Value }>> = {
  price_version_id: { type: 'integer', value: (after) => after.priceVersionId },
  cost_status: { type: 'cost_status', value: (after) => after.costStatus },
  total_pico_usd: { type: 'bigint', value: (after) => after.totalPicoUsd },
  reported_pico_usd: { type: 'bigint', value: (after) => after.reportedPicoUsd },
  price_match: { type: 'text', value: (after) => after.priceMatch },
  service_tier: { type: 'text', value: (after) => after.serviceTier },
  speed: { type: 'text', value: (after) => after.speed },
  region: { type: 'text', value: (after) => after.region },
  tools: { type: 'jsonb', value: (after) => after.tools && JSON.stringify(after.tools) },
  // An array of arrays would have to be rectangular: each travels as its own literal.
  approximate: {
    type: 'text[]',
    value: ({ approximate }) =>
      approximate.length > 0 ? `{${approximate.map((reason) => JSON.stringify(reason)).join()}}` : null,
  },
};

const COLUMNS = METERED_COLUMNS.map((name) => {
  const special = SPECIAL[name];
  if (special) return { name, ...special };
  const token = /^(.+)_tokens$/.exec(name)?.[1] as keyof Remetered['tokens'] | undefined;
  const cost = /^(.+)_pico_usd$/.exec(name)?.[1] as keyof Remetered['costs'];
  return token === undefined
    ? { name, type: 'bigint', value: ({ costs }: Remetered): Value => costs[cost] ?? null }
    : { name, type: 'integer', value: ({ tokens }: Remetered): Value => tokens[token] ?? null };
});

/** Writes the new figures. The records are locked. */
export async function writeFigures(
  tx: Db,
  recostingId: number,
  projectId: number,
  changes: readonly Change[],
): Promise<void> {
  const { match } = withKeys(
    projectId,
    changes.map(({ record }) => record),
  );
  const arrays: RawBuilder<unknown>[] = [
    sql`${changes.map(({ record }) => record.ts.toISOString())}::timestamptz[]`,
    sql`${changes.map(({ record }) => record.event_id)}::uuid[]`,
  ];
  for (const { type, value } of COLUMNS) {
    const values = changes.map(({ after }) => value(after));
    // An array of nothing but nulls travels as none: unnest fills up with nulls.
    const travels = values.every((one) => one === null) ? null : values;
    arrays.push(sql`${travels}::${sql.raw(type === 'text[]' ? 'text' : type)}[]`);
  }
  const sets = COLUMNS.map(({ name, type }) =>
    type === 'text[]'
      ? sql`${sql.id(name)} = ${sql.id('k', name)}::text[]`
      : sql`${sql.id(name)} = ${sql.id('k', name)}`,
  );
  await sql`
    update usage_records r set recosting_id = ${recostingId}, ${sql.join(sets)}
    from unnest(${sql.join(arrays)}) as k (ts, event_id, ${sql.join(meteredColumns)})
    where ${match}`.execute(tx);
}
