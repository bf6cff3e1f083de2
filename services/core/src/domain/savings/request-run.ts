import { sql } from 'kysely';
import { HOUR } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { SavingsRun } from '../../contract/savings.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { findSavingsJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';

/** One job an organization: asked for again while it waits or runs it is the same. */
export const findSavingsJobId = (organizationId: number): string => `find-savings-${organizationId}`;

/**
 * Lets the worker look for an organization's savings now.
 * @throws AppError `unavailable` without Redis
 */
export async function requestSavings(
  ctx: Context & { jobs: Pick<JobSender, 'send'> },
  organizationId: number,
): Promise<SavingsRun> {
  const now = ctx.clock.now();
  // Before the job, which may be done by the time that this goes on.
  const note = (requestedAt: Date | null) =>
    inScope(ctx, { organizationId }, async (tx) => {
      await sql`
        insert into savings_runs (organization_id, requested_at) values (${organizationId}, ${requestedAt})
        on conflict (organization_id) do update set requested_at = excluded.requested_at`.execute(tx);
    });
  await note(now);
  try {
    await ctx.jobs.send(findSavingsJob, { organizationId }, findSavingsJobId(organizationId));
  } catch (error) {
    await note(null);
    throw error;
  }
  return inScope(ctx, { organizationId }, async (tx) => (await readRun(tx, organizationId, ctx.clock.now())).run);
}

interface Row {
  requested_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
  failed_at: Date | null;
  period_from: Date | null;
  period_to: Date | null;
  calls: bigint | null;
  cost_per_month: Record<string, string> | null;
}

/** A run of which nothing was heard for so long has ended with its worker. */
const LONGEST_RUN_MS = HOUR;

/** The last look, and what each project costs in 30 days, by its id. */
export async function readRun(tx: Tx, organizationId: number, now: Date) {
  const { rows } = await sql<Row>`
    select requested_at, started_at, finished_at, failed_at, period_from, period_to, calls, cost_per_month
    from savings_runs where organization_id = ${organizationId}`.execute(tx);
  const row = rows[0];
  const run: SavingsRun = {
    state: row ? stateOf(row, now) : 'never',
    requestedAt: row?.requested_at?.toISOString() ?? null,
    startedAt: row?.started_at?.toISOString() ?? null,
    finishedAt: row?.finished_at?.toISOString() ?? null,
    from: row?.period_from?.toISOString() ?? null,
    to: row?.period_to?.toISOString() ?? null,
    calls: row?.calls == null ? null : Number(row.calls),
  };
  const costs = new Map(Object.entries(row?.cost_per_month ?? {}).map(([id, cost]) => [Number(id), BigInt(cost)]));
  return { run, costs };
}

function stateOf(row: Row, now: Date): SavingsRun['state'] {
  const time = (date: Date | null) => date?.getTime() ?? 0;
  const ended = Math.max(time(row.finished_at), time(row.failed_at));
  const begun = time(row.started_at);
  if (begun > ended) return now.getTime() - begun > LONGEST_RUN_MS ? 'failed' : 'running';
  // One that was asked for while another ran is done by that one.
  if (time(row.requested_at) > ended && now.getTime() - time(row.requested_at) <= LONGEST_RUN_MS) return 'waiting';
  if (ended === 0) return 'never';
  return time(row.failed_at) > time(row.finished_at) ? 'failed' : 'done';
}
