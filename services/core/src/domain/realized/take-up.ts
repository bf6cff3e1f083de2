import { sql } from 'kysely';
import type { RecommendationScope, RecommendedChange } from '../../contract/savings.ts';
import type { Db } from '../../db/connection.ts';
import { followedOf } from './followed.ts';

interface Accepted {
  id: number;
  organization_id: number;
  rule: string;
  scope: RecommendationScope;
  change: RecommendedChange | null;
}

/** Begins with what was accepted meanwhile, and forgets what is accepted no longer, or anew. Of one organization, or of all that `db` sees. */
export async function takeUp(db: Db, organizationId: number | undefined): Promise<void> {
  const own = organizationId === undefined ? sql`` : sql`and r.organization_id = ${organizationId}`;
  await sql`
    delete from realized_savings followed using recommendations r
    where r.id = followed.recommendation_id and (r.state <> 'accepted' or r.decided_at <> followed.accepted_at) ${own}`.execute(
    db,
  );
  const { rows } = await sql<Accepted>`
    select r.id, r.organization_id, r.rule, r.scope, r.change from recommendations r
    where r.state = 'accepted' and r.decided_at is not null ${own}
      and not exists (select from realized_savings f where f.recommendation_id = r.id)
    order by r.id`.execute(db);
  for (const row of rows) {
    const followed = followedOf(row);
    if (!followed) continue;
    await sql`
      insert into realized_savings (organization_id, recommendation_id, scope, change, accepted_at)
      values (${row.organization_id}, ${row.id}, ${JSON.stringify(followed.scope)}::jsonb,
        ${JSON.stringify(followed.change)}::jsonb, (select decided_at from recommendations where id = ${row.id}))
      on conflict (recommendation_id) do nothing`.execute(db);
  }
}
