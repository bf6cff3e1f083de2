import { DAY } from '../../clock.ts';
import type { NewRecosting, Recosting } from '../../contract/recosting.ts';
import { inScope } from '../../db/scope.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { readRecosting } from './list-recostings.ts';
import { type Actor, type JobContext, queueStep } from './queue-step.ts';

/**
 * Begins a re-costing by queueing its preview.
 * @throws AppError `invalid_request` for a period that is none, `not_found` for a project that is not the organization's,
 * `conflict` while another re-costing of the organization is under way, `unavailable` without Redis
 */
export async function startRecosting(
  ctx: JobContext,
  member: Actor & { timeZone: string },
  input: NewRecosting,
): Promise<Recosting> {
  const { organizationId } = member;
  const now = ctx.clock.now();
  const id = await queueStep(ctx, member, 'preview', async (tx) => {
    const { retention_days: retentionDays } = await tx
      .selectFrom('organizations')
      .select('retention_days')
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow();
    const to = input.to === undefined ? now : new Date(input.to);
    const from = input.from === undefined ? new Date(now.getTime() - retentionDays * DAY) : new Date(input.from);
    if (from >= to) throw invalidField('to', 'must be later than `from`');
    const row = await tx
      .insertInto('recostings')
      .values({
        organization_id: organizationId,
        period_from: from,
        period_to: to,
        project_ids: await chooseProjects(tx, organizationId, input.projectId),
        providers: input.provider ?? null,
        models: input.model ?? null,
        only_unpriced: input.onlyUnpriced ?? false,
        time_zone: member.timeZone,
        created_by: member.userId,
        created_at: now,
      })
      .returning(['id', 'queued_times as queuedTimes'])
      .executeTakeFirstOrThrow();
    return row;
  });
  return inScope(ctx, { organizationId }, (tx) => readRecosting(tx, organizationId, id));
}
