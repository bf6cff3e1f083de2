import { sql } from 'kysely';
import { HOUR } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import type { Cell } from '../drivers/contributions.ts';
import type { Period } from '../usage/plan-sources.ts';
import type { WatchedOrganization } from './organizations.ts';

/** An incident is seen within that long. */
export const WINDOW_HOURS = 2;
const WEEKS = 4;
/** Past weeks are read with an hour on either side, since two hours of one day are few calls. */
const WIDER_HOURS = 1;
const DIMENSIONS = ['project', 'feature', 'model', 'key', 'user', 'customer'] as const;

/** The calls of a window, and those of the same time in past weeks, alike in every dimension. */
export async function readWindowCells(db: Db, organization: WatchedOrganization, until: Date) {
  const { now, usual } = await readCells(db, organization, {
    now: { from: new Date(until.getTime() - WINDOW_HOURS * HOUR), to: until },
    usual: Array.from({ length: WEEKS }, (_, i) => {
      const end = until.getTime() - (i + 1) * 7 * 24 * HOUR;
      return { from: new Date(end - (WINDOW_HOURS + WIDER_HOURS) * HOUR), to: new Date(end + WIDER_HOURS * HOUR) };
    }),
  });
  const { rows: names } = await sql<{ name: string }>`
    select 'project' || chr(10) || id || chr(10) || name as name from projects where id = any(${[...organization.projectIds]}::integer[])
    union all
    select 'key' || chr(10) || id || chr(10) || name from api_keys where project_id = any(${[...organization.projectIds]}::integer[])`.execute(
    db,
  );
  const labels = new Map(
    names.map(({ name }) => {
      const [dimension = '', id = '', ...label] = name.split('\n');
      return [`${dimension}\0${id}`, label.join('\n')] as const;
    }),
  );
  return {
    now,
    usual,
    weight: WINDOW_HOURS / (WINDOW_HOURS + 2 * WIDER_HOURS) / WEEKS,
    dimensions: DIMENSIONS,
    labels,
  };
}

/**
 * Of each dimension whose values senders choose only the dearest are told apart; the others count without a value, so that
 * a caller with a million users costs no more than one with a few.
 */
const DEAREST = 500;

async function readCells(
  db: Db,
  { projectIds }: WatchedOrganization,
  { now, usual }: { now: Period; usual: Period[] },
) {
  const isIn = sql.join(
    [now, ...usual].map(({ from, to }) => sql`(ts >= ${from} and ts < ${to})`),
    sql` or `,
  );
  const dearest = (name: string) =>
    sql`select ${sql.id(name)} from cells group by 1 order by sum(amount) desc limit ${DEAREST}`;
  const kept = (name: string) => sql`case when ${sql.id(name)} in (${dearest(name)}) then ${sql.id(name)} else '' end`;
  const { rows } = await sql<Record<(typeof DIMENSIONS)[number], string> & { is_now: boolean; amount: number }>`
    with cells as materialized (
      select ts >= ${now.from} as is_now, project_id::text as project, coalesce(feature, '') as feature, model,
        coalesce(key_id::text, '') as key, coalesce(end_user, '') as user, coalesce(customer, '') as customer,
        sum(total_pico_usd)::float8 as amount
      from usage_calls
      where project_id = any(${[...projectIds]}::integer[]) and duplicate_of is null and total_pico_usd is not null and (${isIn})
      group by 1, 2, 3, 4, 5, 6, 7
    )
    select is_now, project, ${kept('feature')} as feature, ${kept('model')} as model, key, ${kept('user')} as user,
      ${kept('customer')} as customer, sum(amount) as amount
    from cells group by 1, 2, 3, 4, 5, 6, 7`.execute(db);
  const cellsOf = (isNow: boolean): Cell[] =>
    rows.flatMap(({ amount, is_now, ...values }) => (is_now === isNow ? [{ values, amount }] : []));
  return { now: cellsOf(true), usual: cellsOf(false) };
}
