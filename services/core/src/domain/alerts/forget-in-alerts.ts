import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { labelledInText, type Person } from '../privacy/person.ts';

/**
 * Alerts name whom a rise comes from, in their drivers, their sentences and the address of their records. Those that name this person are deleted, with what
 * is still to be sent of them: what is left of such an alert would still be about somebody.
 */
export async function forgetInAlerts(db: Db, organizationId: number, person: Person): Promise<void> {
  const { kind, value } = person;
  // As addresses are written: a blank is a plus there.
  const query = new URLSearchParams({ [kind]: value }).toString();
  const words = labelledInText(person);
  await sql`
    delete from alerts
    where organization_id = ${organizationId}
      and (title ~ ${words} or array_to_string(text, chr(10)) ~ ${words}
        -- A driver may be a pair: “customer+model”, “acme · gpt-5.4”.
        or exists (select from jsonb_array_elements(drivers) as driver
          where strpos('+' || (driver ->> 'dimension') || '+', ${`+${kind}+`}) > 0
            and strpos(' · ' || (driver ->> 'value') || ' · ', ${` · ${value} · `}) > 0)
        or path like ${`%${likeText(query)}`} or path like ${`%${likeText(query)}&%`})`.execute(db);
}

const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
