import { sql } from 'kysely';
import type { Tx } from '../../db/scope.ts';
import type { Calendar } from '../rollups/calendars.ts';
import { localDays } from '../usage/time-buckets.ts';
import type { RecommendationDraft } from './draft.ts';

type About = Pick<RecommendationDraft, 'scope' | 'evidence'>;

/**
 * Whether the project, and the person that a recommendation is about, are there. Asked while others wait for a lock: whoever is
 * forgotten leaves the daily sums by value before the recommendations, so these tell, and the records only for what is not
 * derived yet.
 */
export async function isStillKnown(
  tx: Tx,
  organizationId: number,
  { scope, evidence }: About,
  calendar: Calendar | undefined,
): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    select id from projects
    where organization_id = ${organizationId}
      ${scope.projectId === undefined ? sql`` : sql`and id = ${scope.projectId}`}`.execute(tx);
  const projectIds = rows.map(({ id }) => id);
  if (projectIds.length === 0) return scope.projectId === undefined;
  const days = calendar ? localDays(evidence, calendar.timeZone).map(({ start }) => start) : [];
  for (const kind of ['user', 'customer'] as const) {
    const value = scope[kind];
    if (value === undefined) continue;
    const { rows: found } = await sql<{ known: boolean }>`
      select exists (
        select from usage_daily_values
        where project_id = any(${projectIds}::integer[]) and calendar_version = ${calendar?.version ?? null}::integer
          and day = any(${days}::timestamptz[]) and kind = ${kind} and value = ${value}
      ) or exists (
        select from usage_touched t
        join usage_calls c on c.project_id = t.project_id and c.ts >= t.bucket and c.ts < t.bucket + interval '15 minutes'
        where t.project_id = any(${projectIds}::integer[]) and t.bucket > ${evidence.from}::timestamptz - interval '15 minutes'
          and t.bucket < ${evidence.to} and ${kind === 'user' ? sql`c.end_user` : sql`c.customer`} = ${value}
      ) as known`.execute(tx);
    if (found[0]?.known !== true) return false;
  }
  return true;
}
