import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { nameInText, type Person } from '../privacy/person.ts';
import { lockRecommendations } from './upsert-recommendations.ts';

/**
 * Deletes what is about somebody who is forgotten, after their records: whoever writes recommendations from older sums waits for
 * this, or sees that there are no such records any more. What an analysis says of other calls may name them in its sentences.
 */
export const forgetInRecommendations = (ctx: Context, organizationId: number, person: Person): Promise<void> =>
  inScope(ctx, { organizationId }, async (tx) => {
    await lockRecommendations(tx, organizationId);
    const column = sql.id(person.kind === 'user' ? 'end_user' : 'customer');
    await sql`
      delete from recommendations
      where organization_id = ${organizationId} and (${column} = ${person.value}
        or source = 'analysis' and concat_ws(chr(10), title, array_to_string(what, chr(10)), array_to_string(steps, chr(10)))
          ~ ${nameInText(person)})`.execute(tx);
  });
