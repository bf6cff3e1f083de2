import { type RawBuilder, sql } from 'kysely';
import type { RecordSelection } from '../../contract/exports.ts';
import type {
  WhatIf,
  WhatIfChange,
  WhatIfFailure,
  WhatIfResult,
  WhatIfState,
  WhatIfSummary,
} from '../../contract/whatif.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';

export interface WhatIfRow {
  id: number;
  organization_id: number;
  name: string;
  selection: RecordSelection;
  project_ids: number[];
  change: WhatIfChange;
  time_zone: string;
  state: WhatIfState;
  failure: WhatIfFailure | null;
  asked_times: number;
  done_records: bigint;
  expected_records: bigint;
  totals: WhatIfResult['totals'] | null;
  result: WhatIfResult | null;
  computed_at: Date | null;
  created_at: Date;
  user_id: number | null;
  user_name: string | null;
}

/** Most of an organization's that are shown; `createWhatIf` makes no more. */
export const MAX_WHATIFS = 500;

async function readRows(
  db: Db,
  organizationId: number,
  { id, withResult }: { id?: number; withResult: boolean },
): Promise<WhatIfRow[]> {
  const { rows } = await sql<WhatIfRow>`
    select w.id, w.organization_id, w.name, w.selection, w.project_ids, w.change, w.time_zone, w.state, w.failure,
      w.asked_times, w.done_records, w.expected_records, w.result -> 'totals' as totals,
      ${withResult ? sql`w.result` : sql`null`} as result, w.computed_at, w.created_at, u.id as user_id, u.name as user_name
    from whatifs w left join users u on u.id = w.created_by
    where w.organization_id = ${organizationId} ${id === undefined ? sql`` : sql`and w.id = ${id}`}
    order by w.id desc limit ${MAX_WHATIFS}`.execute(db);
  return rows;
}

/** The organization's saved what-ifs, the newest first. */
export async function listWhatIfs(tx: Db, organizationId: number): Promise<WhatIfSummary[]> {
  return (await readRows(tx, organizationId, { withResult: false })).map(toSummary);
}

/** @throws AppError `not_found` */
export async function readWhatIf(tx: Db, organizationId: number, id: number): Promise<WhatIf> {
  const row = await requireWhatIf(tx, organizationId, id);
  return { ...toSummary(row), result: row.result };
}

/** @throws AppError `not_found` */
async function requireWhatIf(db: Db, organizationId: number, id: number): Promise<WhatIfRow> {
  const [row] = await readRows(db, organizationId, { id, withResult: true });
  if (!row) throw new AppError('not_found', `There is no what-if ${id}`);
  return row;
}

/** Locks the row for a change. @throws AppError `not_found` */
export async function lockWhatIf(db: Db, organizationId: number, id: number): Promise<WhatIfRow> {
  await sql`select from whatifs where id = ${id} and organization_id = ${organizationId} for no key update`.execute(db);
  return requireWhatIf(db, organizationId, id);
}

const toSummary = (row: WhatIfRow): WhatIfSummary => ({
  id: row.id,
  name: row.name,
  selection: row.selection,
  change: row.change,
  state: row.state,
  failure: row.failure,
  progress: progressOf(row),
  createdAt: row.created_at.toISOString(),
  createdBy: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
  computedAt: row.computed_at?.toISOString() ?? null,
  totals: row.totals,
});

function progressOf({ state, done_records: done, expected_records: expected }: WhatIfRow): number {
  if (state === 'done') return 1;
  return expected === 0n ? 0 : Math.min(0.99, Number(done) / Number(expected));
}

/** Of the job that computes it for the time that it was asked for. */
export const whatIfJobId = (id: number, askedTimes: number): string => `whatif-${id}-${askedTimes}`;

/** Waits or runs. */
export const isUnderWay = (state: WhatIfState): boolean => state === 'queued' || state === 'running';
export const underWay: RawBuilder<unknown> = sql`state in ('queued', 'running')`;
