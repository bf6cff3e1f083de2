import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { NameKind, Pseudonyms } from './pseudonyms.ts';
import type { SecretName } from './redact.ts';
import type { CapturedSample } from './samples.ts';
import type { Subject } from './usage-figures.ts';

/** The most used ones; of people and companies before those of sessions and tags, of which there may be one for each call. */
const MAX_VALUES = 50_000;

/** Names younger than the last derivation are in these. */
const LATEST_CALLS = 20_000;

/** Words of names that are nobody's. */
const COMMON = new Set([
  ...[
    'the',
    'and',
    'for',
    'inc',
    'ltd',
    'llc',
    'gmbh',
    'corp',
    'corporation',
    'company',
    'group',
    'holding',
    'limited',
    'team',
  ],
  ...['test', 'demo', 'data', 'main', 'user', 'users', 'customer', 'default', 'project', 'labs', 'software', 'systems'],
]);

interface Row {
  kind: NameKind;
  name: string;
}

/**
 * Every name that a captured text may have in it: those of the organization, its people, projects, keys and aliases, and all
 * that its callers use. Of companies and people also the single words, since nobody writes "Globex Corporation" twice.
 */
export async function loadKnownNames(
  tx: Db,
  subject: Subject,
  samples: readonly CapturedSample[],
  pseudonyms: Pseudonyms,
): Promise<SecretName[]> {
  const names = [...(await readOwn(tx, subject)), ...(await readValues(tx, subject)), ...ownOf(samples)];
  // What the statistics call it, else what it is: there are too many names to number them all.
  const numbered = new Map(
    Object.entries(pseudonyms.table).map(([pseudonym, { kind, label }]) => [`${kind} ${label}`, pseudonym]),
  );
  const known = new Map<string, SecretName>();
  for (const { kind, name } of names) {
    for (const part of [name, ...partsOf(kind, name)]) {
      const key = part.toLowerCase();
      if (!known.has(key)) known.set(key, { name: part, pseudonym: numbered.get(`${kind} ${name}`) ?? `[${kind}]` });
    }
  }
  return [...known.values()];
}

function partsOf(kind: NameKind, name: string): string[] {
  if (!['organization', 'member', 'customer', 'user', 'project'].includes(kind)) return [];
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 4 && word !== name && !COMMON.has(word.toLowerCase()));
}

const ownOf = (samples: readonly CapturedSample[]): Row[] =>
  samples.flatMap(({ own, projectName }) => [
    ...own.map((name) => ({ kind: 'session' as const, name })),
    { kind: 'project' as const, name: projectName },
  ]);

async function readOwn(tx: Db, { organization: { id } }: Subject): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select 'organization' as kind, name from organizations where id = ${id}
    union all select 'project', name from projects where organization_id = ${id}
    union all select 'key', k.name from api_keys k join projects p on p.id = k.project_id where p.organization_id = ${id}
    union all select 'key', k.prefix from api_keys k join projects p on p.id = k.project_id where p.organization_id = ${id}
    union all select 'member', u.name from users u join memberships m on m.user_id = u.id where m.organization_id = ${id}
    union all select 'member', u.email from users u join memberships m on m.user_id = u.id where m.organization_id = ${id}
    union all select 'model', name from model_aliases where organization_id = ${id}`.execute(tx);
  return rows;
}

/** What callers use, from what is derived, and from the latest calls for what is not yet. */
async function readValues(tx: Db, { projectIds, from, to }: Subject): Promise<Row[]> {
  const scope = sql`project_id = any(${[...projectIds]}::integer[])`;
  const { rows } = await sql<Row>`
    with latest as (
      select end_user, customer, session, tags from usage_calls
      where ${scope} and ts >= ${from} and ts < ${to} order by ts desc limit ${LATEST_CALLS}
    )
    select kind, name from (
      select 'feature' as kind, feature as name, sum(calls) as calls from usage_15m
        where ${scope} and bucket >= ${from} and bucket < ${to} group by feature
      union all select 'environment', environment, sum(calls) from usage_15m
        where ${scope} and bucket >= ${from} and bucket < ${to} group by environment
      union all select case when kind like 'tag:%' then 'tagvalue' else kind end, value, sum(calls) from usage_daily_values
        where ${scope} and (kind in ('user', 'customer', 'session') or kind like 'tag:%') group by 1, 2
      union all select 'tag', substr(kind, 5), sum(calls) from usage_daily_values
        where ${scope} and kind like 'tag:%' group by 2
      union all select 'user', end_user, count(*) from latest group by 2
      union all select 'customer', customer, count(*) from latest group by 2
      union all select 'session', session, count(*) from latest group by 2
      union all select 'tag', key, count(*) from latest, jsonb_object_keys(tags) as key group by 2
      union all select 'tagvalue', value, count(*) from latest, jsonb_each_text(tags) group by 2
    ) as names
    where name <> '' order by kind in ('session', 'tagvalue'), calls desc limit ${MAX_VALUES}`.execute(tx);
  return rows;
}
