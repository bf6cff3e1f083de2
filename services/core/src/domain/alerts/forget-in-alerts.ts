import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';

/**
 * Alerts name whom a rise comes from, in their drivers and in their sentences. Those that name this person are deleted, with what
 * is still to be sent of them: what is left of such an alert would still be about somebody.
 */
export async function forgetInAlerts(
  db: Db,
  organizationId: number,
  person: { kind: 'user' | 'customer'; value: string },
): Promise<void> {
  const driver = JSON.stringify([{ dimension: person.kind, value: person.value }]);
  const query = `${person.kind}=${encodeURIComponent(person.value)}`;
  await sql`
    delete from alerts
    where organization_id = ${organizationId}
      and (drivers @> ${driver}::jsonb or path like ${`%${likeText(query)}`} or path like ${`%${likeText(query)}&%`})`.execute(
    db,
  );
}

const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
