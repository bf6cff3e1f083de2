import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';

/** Deletes what-ifs that were about somebody: their filter names whom. They can be made again without. */
export const forgetInWhatIfs = (
  db: Db,
  organizationId: number,
  { kind, value }: { kind: 'user' | 'customer'; value: string },
) =>
  sql`
    delete from whatifs
    where organization_id = ${organizationId} and selection -> ${kind}::text ? ${value}::text`.execute(db);
