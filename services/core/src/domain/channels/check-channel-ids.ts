import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';

/**
 * Channels must be the organization's own. They are locked until the end of the transaction: one that is being removed cannot be
 * named any more.
 * @throws AppError `invalid_request` naming the field
 */
export async function checkChannelIds(
  tx: Db,
  organizationId: number,
  ids: readonly number[],
  field: string,
): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<{ id: number }>`
    select id from channels where organization_id = ${organizationId} and id = any(${[...ids]}::integer[])
    order by id for key share`.execute(tx);
  const known = new Set(rows.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw invalidField(field, `there is no channel ${missing}`);
}
