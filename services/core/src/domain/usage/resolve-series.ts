import { CompiledQuery } from 'kysely';
import { boolArray, int4Array, textArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { type UnnestColumn, unnestParameters } from '../../db/unnest.ts';
import type { BoundedMemory } from './bounded-memory.ts';
import type { PreparedRecord } from './prepared-record.ts';

/** What records of one series have in common; see `usage_series`. */
type Series = Pick<
  PreparedRecord,
  | 'projectId'
  | 'keyId'
  | 'source'
  | 'provider'
  | 'model'
  | 'feature'
  | 'environment'
  | 'requestedTier'
  | 'reasoningEffort'
  | 'finishReason'
  | 'streamed'
  | 'interactive'
>;

type SeriesColumn = UnnestColumn<Series>;
const text = (name: string, value: (series: Series) => string | null): SeriesColumn => ({
  name,
  travels: 'text',
  encode: textArray(value),
});

const NAME_COLUMNS: readonly SeriesColumn[] = [
  { name: 'key_id', travels: 'integer', encode: int4Array((s) => s.keyId) },
  text('source', (s) => s.source),
  text('provider', (s) => s.provider),
  text('model', (s) => s.model),
  text('feature', (s) => s.feature),
  text('environment', (s) => s.environment),
  text('requested_tier', (s) => s.requestedTier),
  text('reasoning_effort', (s) => s.reasoningEffort),
  text('finish_reason', (s) => s.finishReason),
  { name: 'streamed', travels: 'boolean', encode: boolArray((s) => s.streamed) },
  { name: 'interactive', travels: 'boolean', encode: boolArray((s) => s.interactive) },
];
const COLUMNS: readonly SeriesColumn[] = [
  { name: 'project_id', travels: 'integer', encode: int4Array((s) => s.projectId) },
  ...NAME_COLUMNS,
];

const names = NAME_COLUMNS.map(({ name }) => name).join(', ');
const arrays = COLUMNS.map(({ travels }, i) => `$${i + 1}::${travels}[]`).join(', ');

const FIND = `/* prepared: find_usage_series */
  select (wanted.place - 1)::integer as place, s.id
  from unnest(${arrays}) with ordinality as wanted (project_id, ${names}, place)
  join usage_series s on s.project_id = wanted.project_id
    and s.hash = usage_series_hash(${NAME_COLUMNS.map(({ name }) => `wanted.${name}`).join(', ')})
  where s.unused_since is null`;

const ADD = `/* prepared: add_usage_series */
  insert into usage_series (project_id, ${names}, hash)
  select project_id, ${names}, usage_series_hash(${names}) as hash
  from unnest(${arrays}) as wanted (project_id, ${names})
  order by project_id, hash
  on conflict (project_id, hash) do update set unused_since = null where usage_series.unused_since is not null`;

/** NUL cannot be in any of the texts, so that no two different series share a key; null differs from ''. */
const keyOf = (s: Series): string =>
  `${s.projectId}\0${s.keyId}\0${s.source}\0${s.provider}\0${s.model}\0${absentOr(s.feature)}\0${absentOr(s.environment)}\0${absentOr(s.requestedTier)}\0${absentOr(s.reasoningEffort)}\0${absentOr(s.finishReason)}\0${s.streamed}\0${s.interactive}`;
const absentOr = (value: string | null): string => (value === null ? '' : `=${value}`);

/** Series of records as far as they are remembered. */
export interface RecalledSeries {
  ids: Map<PreparedRecord, number>;
  /** The others, by what they have in common. */
  unknown: Map<string, PreparedRecord[]>;
}

/** @param memory ids that some transaction of another time has committed */
export function recallSeries(
  records: readonly PreparedRecord[],
  memory: BoundedMemory<number> | undefined,
): RecalledSeries {
  const ids = new Map<PreparedRecord, number>();
  const unknown = new Map<string, PreparedRecord[]>();
  memory?.refresh();
  for (const record of records) {
    const key = keyOf(record);
    const id = memory?.get(key);
    const alike = unknown.get(key);
    if (id !== undefined) ids.set(record, id);
    else if (alike) alike.push(record);
    else unknown.set(key, [record]);
  }
  return { ids, unknown };
}

/**
 * Finds the series that are not remembered, and adds those that nobody has reported before. In the order of their key: writers
 * that add the same ones wait for each other, never in a circle.
 * @param memory told of those that some transaction of another time has committed
 * @returns the series' id for each record
 */
export async function resolveSeries(
  tx: Db,
  { ids, unknown }: RecalledSeries,
  memory: BoundedMemory<number> | undefined,
): Promise<ReadonlyMap<PreparedRecord, number>> {
  // What is found before this transaction adds anything is committed, and can be relied on later.
  await find(tx, unknown, ids, memory);
  if (unknown.size === 0) return ids;
  await tx.executeQuery(CompiledQuery.raw(ADD, unnestParameters(COLUMNS, samplesOf(unknown))));
  await find(tx, unknown, ids, undefined);
  if (unknown.size > 0) throw new Error(`${unknown.size} series of records were neither found nor added`);
  return ids;
}

const samplesOf = (unknown: ReadonlyMap<string, readonly PreparedRecord[]>) =>
  [...unknown.values()].flatMap(([sample]) => sample ?? []);

/** Takes what it finds out of `unknown`. */
async function find(
  tx: Db,
  unknown: Map<string, PreparedRecord[]>,
  ids: Map<PreparedRecord, number>,
  memory: BoundedMemory<number> | undefined,
): Promise<void> {
  if (unknown.size === 0) return;
  const entries = [...unknown];
  const query = CompiledQuery.raw(FIND, unnestParameters(COLUMNS, samplesOf(unknown)));
  const { rows } = await tx.executeQuery<{ place: number; id: number }>(query);
  for (const { place, id } of rows) {
    const entry = entries[place];
    if (!entry) continue;
    const [key, alike] = entry;
    for (const record of alike) ids.set(record, id);
    memory?.remember(key, id);
    unknown.delete(key);
  }
}
