import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import { MAX_SNOOZE_DAYS, type RecommendationState } from '../../contract/savings.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { AuditAction } from '../audit/actions.ts';
import { audit } from '../audit/audit.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';

/** Who decides, and when. */
interface Author {
  organizationId: number;
  userId: number;
  now: Date;
}

/** From now on its saving is followed. @throws AppError `not_found`; `conflict` for one that is gone */
export const acceptRecommendation = (tx: Tx, author: Author, id: number): Promise<void> =>
  decide(tx, author, id, { state: 'accepted', action: 'recommendation.accepted' });

/**
 * Stays away until it would save twice of what it would now.
 * @throws AppError `not_found`; `conflict` for one that is gone; `invalid_request` for a reason that says nothing
 */
export const dismissRecommendation = (tx: Tx, author: Author, id: number, input: { reason: string }): Promise<void> =>
  decide(tx, author, id, { state: 'dismissed', action: 'recommendation.dismissed', ...input });

/** @throws AppError `not_found`; `conflict` for one that is gone; `invalid_request` for a time that is none, over, or too far */
export const snoozeRecommendation = (tx: Tx, author: Author, id: number, input: { until: string }): Promise<void> =>
  decide(tx, author, id, { state: 'snoozed', action: 'recommendation.snoozed', until: new Date(input.until) });

/** Takes a decision back. One that does not apply any more is gone then. @throws AppError `not_found` */
export const reopenRecommendation = (tx: Tx, author: Author, id: number): Promise<void> =>
  decide(tx, author, id, { state: 'open', action: 'recommendation.reopened' });

interface Decision {
  state: Exclude<RecommendationState, 'gone'>;
  action: AuditAction;
  reason?: string;
  until?: Date;
}

/** The log outlives the people whom a recommendation may be about, and what was written of them: it has the state alone. */
async function decide(tx: Tx, { organizationId, userId, now }: Author, id: number, decision: Decision): Promise<void> {
  const { rows } = await sql<{ state: RecommendationState; applies: boolean }>`
    select state, applies from recommendations
    where organization_id = ${organizationId} and id = ${id} for update`.execute(tx);
  const before = rows[0];
  if (!before) throw new AppError('not_found', `There is no recommendation ${id}`);
  if (before.state === 'gone') throw new AppError('conflict', 'This recommendation does not apply any more');
  // Asked twice, it is followed from the first time on: what it has saved since would be counted anew otherwise.
  if (before.state === 'accepted' && decision.state === 'accepted') return;
  check(decision, now);
  const isOpen = decision.state === 'open';
  const state: RecommendationState = isOpen && !before.applies ? 'gone' : decision.state;
  await sql`
    update recommendations set state = ${state}, reason = ${decision.reason?.trim() ?? null},
      snoozed_until = ${decision.until ?? null}, decided_by = ${isOpen ? null : userId},
      decided_at = ${isOpen ? null : now},
      decided_saving_pico_usd_per_month = case when not ${isOpen}::boolean then saving_pico_usd_per_month end
    where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, {
    action: decision.action,
    targetId: id,
    before: { state: before.state },
    after: {
      state,
      ...(decision.until ? { until: decision.until.toISOString() } : {}),
    },
  });
}

function check({ reason, until }: Decision, now: Date): void {
  if (reason?.trim() === '') throw invalidField('reason', 'must say why');
  if (findUnstorableText({ reason })) throw invalidField('reason', 'contains a character that cannot be stored');
  if (until === undefined) return;
  if (Number.isNaN(until.getTime()) || until <= now) throw invalidField('until', 'must be in the future');
  if (until.getTime() > now.getTime() + MAX_SNOOZE_DAYS * DAY) {
    throw invalidField('until', `must be at most ${MAX_SNOOZE_DAYS} days away`);
  }
}
