import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { ExportTable } from '../../db/tables.ts';
import { withHeartbeat } from '../../heartbeat.ts';
import { recordConditions, recordFilter } from '../usage/record-filter.ts';
import { type ExportPage, type ExportSource, pagesFrom } from './export-pages.ts';
import { openSource } from './open-source.ts';

const compress = promisify(gzip);

/** In a row: a page that succeeds begins the count anew. */
const MAX_ERRORS = 5;

type ExportRow = Selectable<ExportTable> & { organization_name: string };

/** Somebody else writes this file, or it was deleted. */
class SupersededError extends Error {}

/**
 * Writes the file of an export, for the worker. Safe to run twice and at once: each page is one transaction that adds a
 * piece exactly where the file ends, so that a run that is not the only one ends, and one that was interrupted is gone on
 * with by the next.
 */
export async function runExport(
  ctx: Context,
  input: { organizationId: number; exportId: number },
  { heartbeatMs, ...how }: { signal: AbortSignal; pageRows?: number; heartbeatMs?: number },
): Promise<void> {
  await withHeartbeat(
    ctx.log,
    () => touch(ctx, input.exportId),
    () => writeFile(ctx, input, how),
    heartbeatMs,
  );
}

async function writeFile(
  ctx: Context,
  input: { organizationId: number; exportId: number },
  { signal, pageRows }: { signal: AbortSignal; pageRows?: number },
): Promise<void> {
  const row = await begin(ctx, input);
  if (!row) return;
  try {
    await writePages(ctx, row, signal, pageRows);
  } catch (error) {
    if (error instanceof SupersededError) return;
    if (!signal.aborted && (await countError(ctx, row.id))) {
      ctx.log.error({ err: error, exportId: row.id }, 'export failed for good');
      return;
    }
    throw error;
  }
}

const touch = (ctx: Context, exportId: number) =>
  ctx.db
    .updateTable('exports')
    .set({ touched_at: ctx.clock.now() })
    .where('id', '=', exportId)
    .where('state', 'in', ['queued', 'running'])
    .execute();

/** Takes the export up. `undefined` when there is nothing to do. */
async function begin(
  ctx: Context,
  { organizationId, exportId }: { organizationId: number; exportId: number },
): Promise<ExportRow | undefined> {
  const row = await ctx.db
    .selectFrom('exports')
    .innerJoin('organizations', 'organizations.id', 'exports.organization_id')
    .selectAll('exports')
    .select('organizations.name as organization_name')
    .where('exports.id', '=', exportId)
    .where('exports.organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!row || row.state === 'done' || row.state === 'failed') return undefined;
  if (row.state === 'running') return row;
  const filter = { ...recordFilter(row.filter, row.project_ids), receivedUntil: row.snapshot_at };
  const { rows } = await sql<{
    n: bigint;
  }>`select count(*) as n from usage_calls where ${recordConditions(filter)}`.execute(ctx.db);
  await ctx.db
    .updateTable('exports')
    .set({ state: 'running', expected_records: rows[0]?.n ?? 0n, touched_at: ctx.clock.now() })
    .where('id', '=', row.id)
    .where('state', '=', 'queued')
    .execute();
  return row;
}

async function writePages(
  ctx: Context,
  row: ExportRow,
  signal: AbortSignal,
  pageRows: number | undefined,
): Promise<void> {
  const source = await openSource(ctx, ctx.db, {
    organization: { id: row.organization_id, name: row.organization_name, timeZone: row.time_zone },
    filter: row.filter,
    projectIds: row.project_ids,
    format: row.format,
    byteOrderMark: row.byte_order_mark,
    receivedUntil: row.snapshot_at,
    ...(pageRows === undefined ? {} : { pageRows }),
  });
  let written = row.done_rows;
  let seq = row.chunks;
  for await (const page of pagesFrom(source, source.readPage(row.place))) {
    signal.throwIfAborted();
    await addChunk(ctx, row.id, seq, page, chunkText(source, page, { seq, written }));
    written += BigInt(page.rows.length);
    seq += 1;
  }
}

function chunkText(
  { file }: ExportSource,
  page: ExportPage,
  { seq, written }: { seq: number; written: bigint },
): string {
  const rows = page.rows.length > 0 ? file.rows(page.rows, written === 0n) : '';
  return `${seq === 0 ? file.begin : ''}${rows}${page.next === null ? file.end : ''}`;
}

async function addChunk(ctx: Context, exportId: number, seq: number, page: ExportPage, text: string): Promise<void> {
  const bytes = await compress(text);
  const now = ctx.clock.now();
  const isLast = page.next === null;
  await ctx.db.transaction().execute(async (tx) => {
    const moved = await tx
      .updateTable('exports')
      .set((eb) => ({
        chunks: seq + 1,
        place: page.next && JSON.stringify(page.next),
        done_rows: eb('done_rows', '+', BigInt(page.rows.length)),
        done_records: eb('done_records', '+', BigInt(page.records)),
        total_pico_usd: eb('total_pico_usd', '+', page.costPicoUsd),
        size_bytes: eb('size_bytes', '+', BigInt(Buffer.byteLength(text))),
        errors: 0,
        touched_at: now,
        ...(isLast ? { state: 'done' as const, finished_at: now } : {}),
      }))
      .where('id', '=', exportId)
      .where('chunks', '=', seq)
      .where('state', '=', 'running')
      .returning('id')
      .executeTakeFirst();
    if (!moved) throw new SupersededError(`export ${exportId} has piece ${seq} already, or is gone`);
    await tx.insertInto('export_chunks').values({ export_id: exportId, seq, bytes }).execute();
  });
}

/** @returns whether it was one too many, and the export has failed */
async function countError(ctx: Context, exportId: number): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    update exports set errors = errors + 1, touched_at = ${ctx.clock.now()},
      state = case when errors + 1 >= ${MAX_ERRORS} then 'failed' else state end
    where id = ${exportId} and state in ('queued', 'running')
    returning state`.execute(ctx.db);
  return rows[0]?.state === 'failed';
}
