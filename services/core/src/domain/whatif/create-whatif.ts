import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { MAX_IMMEDIATE_RECORDS, type NewWhatIf, type WhatIf } from '../../contract/whatif.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { runWhatIfJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { audit } from '../audit/audit.ts';
import { deleteWhatIf } from './change-whatif.ts';
import { priceSelection } from './price-as.ts';
import { expectCalls } from './read-calls.ts';
import { checkChange, checkName, chooseRecords, type Selection } from './selection.ts';
import { isUnderWay, lockWhatIf, MAX_WHATIFS, readWhatIf, underWay, whatIfJobId } from './whatif-row.ts';

export type JobContext = Context & { jobs: Pick<JobSender, 'send'> };

/** Who asks, and for which organization. */
export interface Asker {
  organizationId: number;
  userId: number;
  timeZone: string;
  address?: string;
}

/** A worker runs two at once; whoever asks for more waits for their own. */
const MAX_UNFINISHED = 5;

/**
 * Keeps a what-if. A small one is computed before it is answered, a longer one by the worker.
 * @throws AppError `invalid_request` naming the field; `not_found` for a project that is not the organization's; `conflict`
 * while five others are under way, or when there are 500; `unavailable` without Redis
 */
export async function createWhatIf(ctx: JobContext, asker: Asker, input: NewWhatIf): Promise<WhatIf> {
  const { organizationId } = asker;
  checkChange(input.change);
  checkName(input.name);
  const now = ctx.clock.now();
  const made = await inScope(ctx, asker, async (tx) => {
    const selection = await chooseRecords(tx, organizationId, input.selection);
    await requireRoom(tx, organizationId);
    const { rows } = await sql<{ id: number }>`
      insert into whatifs (organization_id, name, selection, project_ids, change, time_zone, state, created_by, created_at,
        touched_at)
      values (${organizationId}, ${input.name}, ${JSON.stringify(input.selection)}::jsonb,
        ${[...selection.projectIds]}::integer[], ${JSON.stringify(input.change)}::jsonb, ${asker.timeZone}, 'queued',
        ${asker.userId}, ${now}, ${now})
      returning id`.execute(tx);
    const id = rows[0]?.id ?? 0;
    await audit(tx, organizationId, { action: 'whatif.created', targetId: id, after: { name: input.name } });
    return { id, selection };
  });
  try {
    await compute(ctx, asker, { ...made, change: input.change, askedTimes: 1 });
  } catch (error) {
    await inScope(ctx, asker, (tx) => deleteWhatIf(tx, organizationId, made.id));
    throw error;
  }
  return inScope(ctx, asker, (tx) => readWhatIf(tx, organizationId, made.id));
}

/**
 * Computes one again, by today's records and prices. What it said before stays until the new result is there.
 * @throws AppError `not_found`; `conflict` while it is under way, or five others are; `unavailable` without Redis
 */
export async function rerunWhatIf(ctx: JobContext, asker: Asker, id: number): Promise<WhatIf> {
  const { organizationId } = asker;
  const now = ctx.clock.now();
  const asked = await inScope(ctx, asker, async (tx) => {
    await requireFreeWorker(tx, organizationId);
    const row = await lockWhatIf(tx, organizationId, id);
    if (isUnderWay(row.state)) throw new AppError('conflict', 'It is being computed already');
    const selection = await chooseRecords(tx, organizationId, row.selection);
    await sql`
      update whatifs set state = 'queued', failure = null, errors = 0, asked_times = asked_times + 1, run_id = null,
        done_records = 0, expected_records = 0, project_ids = ${[...selection.projectIds]}::integer[],
        time_zone = ${asker.timeZone}, touched_at = ${now}
      where id = ${id}`.execute(tx);
    await audit(tx, organizationId, { action: 'whatif.computed', targetId: id });
    return { id, selection, change: row.change, askedTimes: row.asked_times + 1 };
  });
  await compute(ctx, asker, asked);
  return inScope(ctx, asker, (tx) => readWhatIf(tx, organizationId, id));
}

interface Asked {
  id: number;
  selection: Selection;
  change: NewWhatIf['change'];
  askedTimes: number;
}

/** Now where it is small, else by the worker. What cannot be handed over has failed: nobody would take it up. */
async function compute(ctx: JobContext, asker: Asker, { id, selection, change, askedTimes }: Asked): Promise<void> {
  const { organizationId, timeZone } = asker;
  try {
    const records = await expectCalls(ctx, organizationId, selection, MAX_IMMEDIATE_RECORDS + 1);
    if (records > MAX_IMMEDIATE_RECORDS) {
      await ctx.jobs.send(runWhatIfJob, { organizationId, whatIfId: id }, whatIfJobId(id, askedTimes));
      return;
    }
    const result = await priceSelection(ctx, organizationId, selection, change, { timeZone });
    await inScope(ctx, asker, (tx) =>
      sql`
        update whatifs set state = 'done', result = ${JSON.stringify(result)}::jsonb, computed_at = ${result.computedAt},
          done_records = ${records}, expected_records = ${records}
        where id = ${id} and state = 'queued' and asked_times = ${askedTimes}`.execute(tx),
    );
  } catch (error) {
    await inScope(ctx, asker, (tx) =>
      sql`
        update whatifs set state = 'failed', failure = 'internal'
        where id = ${id} and state = 'queued' and asked_times = ${askedTimes}`.execute(tx),
    );
    throw error;
  }
}

async function requireRoom(tx: Tx, organizationId: number): Promise<void> {
  await requireFreeWorker(tx, organizationId);
  const { rows } =
    await sql`select from whatifs where organization_id = ${organizationId} limit ${MAX_WHATIFS}`.execute(tx);
  if (rows.length >= MAX_WHATIFS) {
    throw new AppError('conflict', `There are ${MAX_WHATIFS} what-ifs; delete some that nobody needs`);
  }
}

async function requireFreeWorker(tx: Tx, organizationId: number): Promise<void> {
  // One at a time, so that two requests cannot both be the fifth.
  await sql`select pg_advisory_xact_lock(hashtext('whatifs'), ${organizationId})`.execute(tx);
  const { rows } = await sql`
    select from whatifs where organization_id = ${organizationId} and ${underWay} limit ${MAX_UNFINISHED}`.execute(tx);
  if (rows.length >= MAX_UNFINISHED) {
    throw new AppError('conflict', `${MAX_UNFINISHED} what-ifs are under way; wait for one, or cancel it`);
  }
}
