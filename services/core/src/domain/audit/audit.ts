import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { AuditAction } from './actions.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface AuditEvent {
  action: AuditAction;
  /** Its kind is the action's first word. Absent: the organization. */
  targetId?: number | undefined;
  /** The fields that a change is about, as they were. With `after`, only those that differ are written. */
  before?: Fields | undefined;
  after?: Fields | undefined;
}

/**
 * Writes to the organization's audit log what the transaction at hand does: both or neither. Who did it, and from where, is
 * on whose behalf the transaction acts (`inScope`); without anybody it is the system.
 *
 * `before` and `after` are for everybody who may read the log, and outlive the people in it: no secret, no hash, no email
 * address, nothing of an end user.
 */
export async function audit(tx: Db, organizationId: number, event: AuditEvent): Promise<void> {
  const { before, after } = difference(event.before, event.after);
  await sql`
    insert into audit_log (organization_id, actor, user_id, key_id, address, action, target, target_id, before, after)
    select ${organizationId}, case when current_key_id() is not null then 'key'
        when current_user_id() is not null then 'user' else 'system' end,
      current_user_id(), current_key_id(), current_address(), ${event.action}, ${event.action.split('.')[0]},
      ${event.targetId ?? null}::integer, ${toJson(before)}::jsonb, ${toJson(after)}::jsonb`.execute(tx);
}

const toJson = (fields: Fields | undefined): string | null => (fields ? JSON.stringify(fields) : null);

/** Of two states the fields that differ; of one, all of it. */
function difference(before: Fields | undefined, after: Fields | undefined): Pick<AuditEvent, 'before' | 'after'> {
  if (!before || !after) return { before, after };
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
  const pick = (fields: Fields) => Object.fromEntries(changed.map((name) => [name, fields[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
