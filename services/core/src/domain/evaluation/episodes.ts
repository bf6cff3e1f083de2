import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';

/**
 * Something is out of line at this time. Whoever says so first begins an episode; everybody after them goes on with it.
 * @returns when it began: the same for everybody, so that a key made of it is told once
 */
export async function noteEpisode(db: Db, organizationId: number, subject: string, at: Date): Promise<Date> {
  const { rows } = await sql<{ began_at: Date }>`
    insert into alert_episodes (organization_id, subject, began_at, seen_at)
    values (${organizationId}, ${subject}, ${at}, ${at})
    on conflict (organization_id, subject) where ended_at is null
      do update set seen_at = greatest(alert_episodes.seen_at, excluded.seen_at)
    returning began_at`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('an episode was neither begun nor found');
  return row.began_at;
}

export interface Episode {
  subject: string;
  beganAt: Date;
}

/** Ends what is over. Ended twice, it ends once. */
export async function endEpisodes(
  db: Db,
  organizationId: number,
  subjects: readonly string[],
  at: Date,
): Promise<Episode[]> {
  if (subjects.length === 0) return [];
  const { rows } = await sql<{ subject: string; began_at: Date }>`
    update alert_episodes set ended_at = greatest(began_at, ${at}::timestamptz)
    where organization_id = ${organizationId} and subject = any(${[...subjects]}::text[]) and ended_at is null
    returning subject, began_at`.execute(db);
  return rows.map((row) => ({ subject: row.subject, beganAt: row.began_at }));
}

/** What goes on, by the beginning of its subject. */
export async function openEpisodes(
  db: Db,
  organizationId: number,
  prefix: string,
): Promise<(Episode & { seenAt: Date })[]> {
  const { rows } = await sql<{ subject: string; began_at: Date; seen_at: Date }>`
    select subject, began_at, seen_at from alert_episodes
    where organization_id = ${organizationId} and starts_with(subject, ${prefix}) and ended_at is null
    order by began_at, subject`.execute(db);
  return rows.map((row) => ({ subject: row.subject, beganAt: row.began_at, seenAt: row.seen_at }));
}

/** What is told of an episode once. */
export const keyOfEpisode = ({ subject, beganAt }: Episode): string => `${subject}:${beganAt.toISOString()}`;
