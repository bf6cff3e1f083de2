import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { labelledInText, type Person } from '../privacy/person.ts';

/**
 * Alerts that are about this person, as their title or the address of their records says, are deleted, with what is still to be
 * sent of them: what is left of one would still be about somebody. Others name them among what drives a spend, in a driver or in a
 * sentence, and go on without: deleted, the alert of a budget would be raised and sent again within a minute.
 */
export async function forgetInAlerts(db: Db, organizationId: number, person: Person): Promise<void> {
  const { kind, value } = person;
  // As addresses are written: a blank is a plus there.
  const query = new URLSearchParams({ [kind]: value }).toString();
  const words = labelledInText(person);
  await sql`
    delete from alerts
    where organization_id = ${organizationId}
      and (title ~ ${words} or path like ${`%${likeText(query)}`} or path like ${`%${likeText(query)}&%`})`.execute(db);
  // A driver may be a pair: “customer+model”, “acme · gpt-5.4”.
  const names = sql`
    strpos('+' || (driver ->> 'dimension') || '+', ${`+${kind}+`}) > 0
    and strpos(' · ' || (driver ->> 'value') || ' · ', ${` · ${value} · `}) > 0`;
  await sql`
    update alerts set
      text = array(select sentence from unnest(text) with ordinality as said (sentence, place)
        where sentence !~ ${words} order by place),
      drivers = (select coalesce(jsonb_agg(driver order by place), '[]')
        from jsonb_array_elements(drivers) with ordinality as given (driver, place) where not (${names}))
    where organization_id = ${organizationId}
      and (array_to_string(text, chr(10)) ~ ${words} or exists (select from jsonb_array_elements(drivers) as driver where ${names}))`.execute(
    db,
  );
}

const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
