import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { NAME_KINDS, type NameKind, type Pseudonyms } from './pseudonyms.ts';
import { createNameSearch, type SecretName } from './redact.ts';
import type { CapturedSample } from './samples.ts';
import type { Subject } from './usage-figures.ts';

/** Read at once: an organization may have a name for each of its calls, and memory does not grow with them. */
const BATCH = 5_000;

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
 * Every name that is in one of the captured texts: of the organization, its people, projects, keys and aliases, and of all
 * that its callers use, however many there are. Of companies and people also the single words, since nobody writes "Globex
 * Corporation" twice.
 */
export async function findKnownNames(
  tx: Db,
  subject: Subject,
  samples: readonly CapturedSample[],
  pseudonyms: Pseudonyms,
): Promise<SecretName[]> {
  const occurs = createNameSearch(samples.flatMap(({ prompt, response }) => [prompt ?? '', response ?? '']));
  // What the statistics call it, else what it is: there are too many names to number them all.
  const numbered = new Map(
    Object.entries(pseudonyms.table).map(([pseudonym, { kind, label }]) => [`${kind} ${label}`, pseudonym]),
  );
  const found = new Map<string, { secret: SecretName; rank: number }>();
  const look = ({ kind, name }: Row) => {
    for (const part of [name, ...partsOf(kind, name)]) {
      const secret = { name: part, pseudonym: numbered.get(`${kind} ${name}`) ?? `[${kind}]` };
      if (!occurs(secret)) continue;
      const key = part.toLowerCase();
      const rank = rankOf(kind, part === name);
      const known = found.get(key);
      if (!known || rank < known.rank || (rank === known.rank && secret.pseudonym < known.secret.pseudonym)) {
        found.set(key, { secret, rank });
      }
    }
  };
  for (const row of [...(await readOwn(tx, subject)), ...ownOf(samples)]) look(row);
  for await (const rows of readValues(tx, subject)) for (const row of rows) look(row);
  return [...found.values()].map(({ secret }) => secret);
}

/** Of what has several meanings: whole names before words of others, people and companies before what each call may have. */
const rankOf = (kind: NameKind, isWhole: boolean): number =>
  (kind === 'session' || kind === 'tagvalue' ? 100 : NAME_KINDS.indexOf(kind)) + (isWhole ? 0 : 50);

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

/** What callers use, in batches: from what is derived, and from the calls that are not derived yet. */
async function* readValues(tx: Db, { projectIds }: Subject): AsyncGenerator<Row[]> {
  const scope = (column: RawBuilder<unknown>) => sql`${column} = any(${[...projectIds]}::integer[])`;
  await sql`
    declare known_names no scroll cursor for
    with latest as (
      select c.end_user, c.customer, c.session, c.tags
      from (select distinct project_id, bucket from usage_touched where ${scope(sql`project_id`)}) as t
      join usage_calls c on c.project_id = t.project_id and c.ts >= t.bucket and c.ts < t.bucket + interval '15 minutes'
    )
    select distinct kind, name from (
      select 'feature' as kind, feature as name from usage_series where ${scope(sql`project_id`)}
      union all select 'environment', environment from usage_series where ${scope(sql`project_id`)}
      union all select case when kind like 'tag:%' then 'tagvalue' else kind end, value from usage_daily_values
        where ${scope(sql`project_id`)} and (kind in ('user', 'customer', 'session') or kind like 'tag:%')
      union all select 'tag', substr(kind, 5) from usage_daily_values where ${scope(sql`project_id`)} and kind like 'tag:%'
      union all select 'user', end_user from latest
      union all select 'customer', customer from latest
      union all select 'session', session from latest
      union all select 'tag', jsonb_object_keys(tags) from latest
      union all select 'tagvalue', value from latest, jsonb_each_text(tags) as tag (key, value)
    ) as names
    where name <> ''`.execute(tx);
  for (;;) {
    const { rows } = await sql<Row>`fetch forward ${sql.lit(BATCH)} from known_names`.execute(tx);
    if (rows.length === 0) break;
    yield rows;
  }
  await sql`close known_names`.execute(tx);
}
