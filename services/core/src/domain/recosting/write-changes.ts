import { sql } from 'kysely';
import {
  type EncodeArray,
  int4Array,
  int8Array,
  jsonbArray,
  textArray,
  timestampArray,
  uuidArray,
} from '../../db/binary-array.ts';
import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { METERED_COLUMNS } from '../usage/remeter-record.ts';
import type { Change } from './evaluate.ts';
import { type StoredRecord, storedColumns } from './walk-records.ts';

type Key = Pick<StoredRecord, 'ts' | 'event_id'>;

const encodeTimes = timestampArray(({ ts }: Key) => ts.getTime());
const encodeIds = uuidArray(({ event_id }: Key) => event_id);

/** Records of one project, found by key within the partitions that hold them: `r` for the record, `k` for the key. */
function withKeys(projectId: number, keys: readonly Key[]) {
  const times = keys.map(({ ts }) => ts.getTime()).sort((a, b) => a - b);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return {
    keys: sql`unnest(${encodeTimes(keys)}::timestamptz[], ${encodeIds(keys)}::uuid[]) as k (ts, event_id)`,
    match: sql`r.project_id = ${projectId} and r.ts = k.ts and r.event_id = k.event_id
      and r.ts >= ${new Date(first)} and r.ts <= ${new Date(last)}`,
  };
}

const keysOf = (changes: readonly Change[]): Key[] => changes.map(({ record }) => record);

/**
 * Locks records in the order of their key, which is that of every other writer of many.
 * @returns the version of each as it is now, by `keyText`; those that are gone are not in it
 */
export async function lockRecords(tx: Db, projectId: number, records: readonly Key[]): Promise<Map<string, string>> {
  const { keys, match } = withKeys(projectId, records);
  const { rows } = await sql<Pick<StoredRecord, 'ts' | 'event_id' | 'row_version'>>`
    select r.ts, r.event_id, r.xmin::text as row_version
    from usage_records r, ${keys}
    where ${match}
    order by r.ts, r.event_id
    for no key update of r`.execute(tx);
  return new Map(rows.map((row) => [keyText(row), row.row_version]));
}

export const keyText = ({ ts, event_id }: Key) => `${ts.getTime()} ${event_id}`;

/** Reads records again by their keys. */
export async function readRecords(tx: Db, projectId: number, records: readonly Key[]): Promise<StoredRecord[]> {
  if (records.length === 0) return [];
  const { keys, match } = withKeys(projectId, records);
  const { rows } = await sql<StoredRecord>`
    select ${storedColumns('r')} from usage_calls r, ${keys} where ${match}`.execute(tx);
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
  const { keys, match } = withKeys(projectId, keysOf(changes));
  await sql`
    insert into recosting_changes (recosting_id, project_id, ts, event_id, previous_recosting_id,
      ${sql.join(meteredColumns)})
    select ${recostingId}::integer, r.project_id, r.ts, r.event_id, r.recosting_id,
      ${sql.join(METERED_COLUMNS.map((column) => sql.id('r', column)))}
    from usage_records r, ${keys}
    where ${match}`.execute(tx);
}

interface FigureColumn {
  name: (typeof METERED_COLUMNS)[number];
  /** Type of the array's elements on the way. */
  travels: string;
  /** The column's own type, where it is another. */
  cast?: string;
  encode: EncodeArray<Change>;
}

const SPECIAL: Partial<Record<(typeof METERED_COLUMNS)[number], Omit<FigureColumn, 'name'>>> = {
  price_version_id: { travels: 'integer', encode: int4Array(({ after }) => after.priceVersionId) },
  cost_status: { travels: 'text', cast: 'cost_status', encode: textArray(({ after }) => after.costStatus) },
  total_pico_usd: { travels: 'bigint', encode: int8Array(({ after }) => after.totalPicoUsd) },
  reported_pico_usd: { travels: 'bigint', encode: int8Array(({ after }) => after.reportedPicoUsd) },
  price_match: { travels: 'text', encode: textArray(({ after }) => after.priceMatch) },
  service_tier: { travels: 'text', encode: textArray(({ after }) => after.serviceTier) },
  speed: { travels: 'text', encode: textArray(({ after }) => after.speed) },
  region: { travels: 'text', encode: textArray(({ after }) => after.region) },
  tools: { travels: 'jsonb', encode: jsonbArray(({ after }) => after.tools) },
  // An array of arrays would have to be rectangular: each travels as its own literal.
  approximate: {
    travels: 'text',
    cast: 'text[]',
    encode: textArray(({ after: { approximate } }) =>
      approximate.length > 0 ? `{${approximate.map((reason) => JSON.stringify(reason)).join()}}` : null,
    ),
  },
};

const COLUMNS = METERED_COLUMNS.map((name): FigureColumn => {
  const special = SPECIAL[name];
  if (special) return { name, ...special };
  const token = TOKEN_COLUMNS.find((one) => name === `${one}_tokens`);
  const cost = COST_COLUMNS.find((one) => name === `${one}_pico_usd`);
  if (token) return { name, travels: 'integer', encode: int4Array(({ after }) => after.tokens[token]) };
  if (cost) return { name, travels: 'bigint', encode: int8Array(({ after }) => after.costs[cost]) };
  throw new Error(`nothing says how ${name} is written`);
});

/** Writes the new figures. The records are locked. */
export async function writeFigures(
  tx: Db,
  recostingId: number,
  projectId: number,
  changes: readonly Change[],
): Promise<void> {
  const keys = keysOf(changes);
  const arrays = COLUMNS.map(({ travels, encode }) => sql`${encode(changes)}::${sql.raw(travels)}[]`);
  const sets = COLUMNS.map(({ name, cast }) =>
    cast === undefined
      ? sql`${sql.id(name)} = ${sql.id('k', name)}`
      : sql`${sql.id(name)} = ${sql.id('k', name)}::${sql.raw(cast)}`,
  );
  await sql`
    update usage_records r set recosting_id = ${recostingId}, ${sql.join(sets)}
    from unnest(${encodeTimes(keys)}::timestamptz[], ${encodeIds(keys)}::uuid[], ${sql.join(arrays)})
      as k (ts, event_id, ${sql.join(meteredColumns)})
    where ${withKeys(projectId, keys).match}`.execute(tx);
}
