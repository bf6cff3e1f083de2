import { CompiledQuery, sql } from 'kysely';
import { DAY } from '../../clock.ts';
import { int4Array, textArray, timestampArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { type UnnestColumn, unnestParameters } from '../../db/unnest.ts';
import type { BoundedMemory } from './bounded-memory.ts';
import type { PreparedRecord } from './prepared-record.ts';

/** Most features that the rollups of a project tell apart on a UTC day. */
export const MAX_FEATURES_A_DAY = 1_000;
/** What all features beyond them are called in the rollups. */
export const OTHER_FEATURES = '(other)';

type Placed = Pick<PreparedRecord, 'projectId' | 'ts' | 'feature'>;
/** The feature under which the rollups count a record. */
export type RollupFeature = (record: Placed) => string | null;

interface Claim {
  projectId: number;
  dayMs: number;
  feature: string;
}

const dayOf = (record: Placed) => Math.floor(record.ts.getTime() / DAY) * DAY;
const nameOf = (projectId: number, dayMs: number, feature: string) => `${projectId} ${dayMs} ${feature}`;

const COLUMNS: readonly UnnestColumn<Claim>[] = [
  { name: 'project_id', travels: 'integer', encode: int4Array((c) => c.projectId) },
  { name: 'at', travels: 'timestamptz', encode: timestampArray((c) => c.dayMs) },
  { name: 'feature', travels: 'text', encode: textArray((c) => c.feature) },
];
const WANTED = `(select place - 1 as place, project_id, (at at time zone 'UTC')::date as day, feature
  from unnest($1::integer[], $2::timestamptz[], $3::text[]) with ordinality as claim (project_id, at, feature, place)) as wanted`;

const FIND = `/* prepared: find_usage_features */
  select place::integer from ${WANTED} join usage_features using (project_id, day, feature)`;
const FULL = `/* prepared: full_usage_features */
  select place::integer from ${WANTED}
  where (select count(*) from usage_features f where (f.project_id, f.day) = (wanted.project_id, wanted.day)) > ${MAX_FEATURES_A_DAY}`;
const LOCK = `/* prepared: lock_usage_features */
  select pg_advisory_xact_lock(project_id, day - date '2000-01-01')
  from (select distinct project_id, day from ${WANTED} order by 1, 2) as days`;
const ADD = `/* prepared: add_usage_features */
  with days as materialized (
    select project_id, day,
      (select count(*) from usage_features f where (f.project_id, f.day) = (wanted.project_id, wanted.day)) as before
    from (select distinct project_id, day from ${WANTED}) as wanted
  )
  insert into usage_features (project_id, day, feature)
  select project_id, day, case when before + number <= ${MAX_FEATURES_A_DAY} then feature else '${OTHER_FEATURES}' end
  from (
    select project_id, day, feature, row_number() over (partition by project_id, day order by place) as number, before
    from ${WANTED} join days using (project_id, day)
    where not exists (select from usage_features f
      where (f.project_id, f.day, f.feature) = (wanted.project_id, wanted.day, wanted.feature))
  ) as missing
  order by 1, 2, 3
  on conflict do nothing`;

/**
 * Finds under which feature the rollups count records, and takes note of features that are new on their day, in the
 * transaction that writes the records. Whoever adds to a day waits for whoever is adding to it, so that a feature is
 * either told apart by all writers or by none.
 * @param memory features that are told apart, as some transaction of another time has committed them
 */
export async function limitFeatures(
  tx: Db,
  records: readonly Placed[],
  memory: BoundedMemory<true> | undefined,
): Promise<RollupFeature> {
  const unknown = new Map<string, Claim>();
  memory?.refresh();
  for (const claim of distinctClaims(records)) {
    const name = nameOf(claim.projectId, claim.dayMs, claim.feature);
    if (!memory?.get(name)) unknown.set(name, claim);
  }
  await find(tx, unknown, memory);
  if (unknown.size === 0) return ({ feature }) => feature;
  const { late, early } = await splitByRoom(tx, unknown);
  if (early.size > 0) {
    const claims = unnestParameters(COLUMNS, [...early.values()]);
    await tx.executeQuery(CompiledQuery.raw(LOCK, claims));
    await tx.executeQuery(CompiledQuery.raw(ADD, claims));
    await find(tx, early, undefined);
  }
  return withOthers(new Map([...late, ...early]));
}

/** In the order of the records, each once. Records of a project and day mostly follow each other. */
function distinctClaims(records: readonly Placed[]): Claim[] {
  const claims: Claim[] = [];
  const days = new Map<string, Set<string>>();
  let [projectId, dayMs, seen] = [Number.NaN, Number.NaN, new Set<string>()];
  for (const record of records) {
    if (record.feature === null) continue;
    const day = dayOf(record);
    if (record.projectId !== projectId || day !== dayMs) {
      [projectId, dayMs] = [record.projectId, day];
      const name = `${projectId} ${dayMs}`;
      seen = days.get(name) ?? new Set();
      days.set(name, seen);
    }
    if (seen.has(record.feature)) continue;
    seen.add(record.feature);
    claims.push({ projectId, dayMs, feature: record.feature });
  }
  return claims;
}

/**
 * Those of days that have all their features stay as they are, so that nobody has to wait for others. Of the other days
 * whoever has the lock knows.
 */
async function splitByRoom(tx: Db, unknown: ReadonlyMap<string, Claim>) {
  const withRoom = new Map<string, Claim>();
  for (const claim of unknown.values()) withRoom.set(nameOf(claim.projectId, claim.dayMs, OTHER_FEATURES), claim);
  await find(tx, withRoom, undefined, FULL);
  const hasRoom = ({ projectId, dayMs }: Claim) => withRoom.has(nameOf(projectId, dayMs, OTHER_FEATURES));
  const entries = [...unknown];
  return {
    late: new Map(entries.filter(([, claim]) => !hasRoom(claim))),
    early: new Map(entries.filter(([, claim]) => hasRoom(claim))),
  };
}

/** Takes what it finds out of `unknown`. */
async function find(
  tx: Db,
  unknown: Map<string, Claim>,
  memory: BoundedMemory<true> | undefined,
  statement = FIND,
): Promise<void> {
  if (unknown.size === 0) return;
  const entries = [...unknown];
  const query = CompiledQuery.raw(
    statement,
    unnestParameters(
      COLUMNS,
      entries.map(([, claim]) => claim),
    ),
  );
  for (const { place } of (await tx.executeQuery<{ place: number }>(query)).rows) {
    const name = entries[place]?.[0] ?? '';
    memory?.remember(name, true);
    unknown.delete(name);
  }
}

/** Under which feature the rollups count records that are in them already. */
export async function readRollupFeatures(tx: Db, records: readonly Placed[]): Promise<RollupFeature> {
  const claims = new Map<string, Claim>();
  for (const record of records) {
    const dayMs = dayOf(record);
    claims.set(nameOf(record.projectId, dayMs, OTHER_FEATURES), {
      projectId: record.projectId,
      dayMs,
      feature: OTHER_FEATURES,
    });
  }
  const full = new Map(claims);
  await find(tx, full, undefined);
  // Nearly always no day has more features than the rollups tell apart: then none of them was found.
  if (full.size === claims.size) return ({ feature }) => feature;
  const unknown = new Map<string, Claim>();
  for (const record of records) {
    if (record.feature === null) continue;
    const dayMs = dayOf(record);
    if (full.has(nameOf(record.projectId, dayMs, OTHER_FEATURES))) continue;
    const claim = { projectId: record.projectId, dayMs, feature: record.feature };
    unknown.set(nameOf(record.projectId, dayMs, record.feature), claim);
  }
  await find(tx, unknown, undefined);
  return withOthers(unknown);
}

const withOthers =
  (others: ReadonlyMap<string, Claim>): RollupFeature =>
  (record) =>
    record.feature !== null && others.has(nameOf(record.projectId, dayOf(record), record.feature))
      ? OTHER_FEATURES
      : record.feature;

/** Whether the rollups of a project have features within a period that they do not tell apart. */
export async function hasOtherFeatures(
  tx: Db,
  projectId: number,
  { start, end }: { start: Date; end: Date },
): Promise<boolean> {
  const { rows } = await sql`
    select from usage_features
    where project_id = ${projectId} and feature = ${OTHER_FEATURES}
      and day >= (${start}::timestamptz at time zone 'UTC')::date and day <= (${end}::timestamptz at time zone 'UTC')::date
    limit 1`.execute(tx);
  return rows.length > 0;
}
