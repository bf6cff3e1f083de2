import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { MAX_STREAMED_ROWS, type RecordsExportQuery } from '../../contract/exports.ts';
import type { Db } from '../../db/connection.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { type RecordFilter, recordConditions, recordFilter } from '../usage/record-filter.ts';
import { type ExportPage, type ExportSource, pagesFrom } from './export-pages.ts';
import { fileName, openSource } from './open-source.ts';

/** A file on its way to a person. */
interface FileStream {
  fileName: string;
  contentType: string;
  /** Read as fast as it is taken; throws where the file would not be whole. */
  text: AsyncIterable<string>;
}

/**
 * Records as a file, in one reply. The first page is read before anything is sent, so that what is wrong with the request
 * is said as such.
 * @throws AppError `export_too_large` for more than 100,000 records; `invalid_request`, `not_found`
 */
export async function streamRecords(
  ctx: Context,
  organization: { id: number; name: string; timeZone: string },
  query: RecordsExportQuery,
  limits: { maxRows?: number; pageRows?: number } = {},
): Promise<FileStream> {
  const { maxRows = MAX_STREAMED_ROWS, ...size } = limits;
  const { format, bom = false, ...filter } = query;
  const source = await inScope(ctx, { organizationId: organization.id }, async (tx) => {
    const projectIds = await chooseProjects(tx, organization.id, filter.projectId);
    if (format !== 'focus') await refuseTooMany(tx, recordFilter(filter, projectIds), maxRows);
    const { rows } = await sql<{ now: Date }>`select now() as now`.execute(tx);
    const receivedUntil = rows[0]?.now ?? ctx.clock.now();
    return openSource(ctx, tx, {
      organization,
      filter,
      projectIds,
      format,
      byteOrderMark: bom,
      receivedUntil,
      ...size,
    });
  });
  const first = await source.readPage(null);
  return {
    fileName: fileName(format === 'focus' ? 'charges' : 'records', query, source.file.extension),
    contentType: source.file.contentType,
    text: readText(source, first),
  };
}

async function* readText(source: ExportSource, first: ExportPage): AsyncGenerator<string> {
  const { file } = source;
  let written = 0;
  yield file.begin;
  for await (const { rows } of pagesFrom(source, first)) {
    if (rows.length > 0) yield file.rows(rows, written === 0);
    written += rows.length;
  }
  if (file.end !== '') yield file.end;
}

async function refuseTooMany(tx: Db, filter: RecordFilter, maxRows: number): Promise<void> {
  const { rows } = await sql<{ n: bigint }>`
    select count(*) as n from (select from usage_calls where ${recordConditions(filter)} limit ${maxRows + 1}) as found`.execute(
    tx,
  );
  if ((rows[0]?.n ?? 0n) <= BigInt(maxRows)) return;
  throw new AppError(
    'export_too_large',
    `There are more than ${maxRows} records: choose fewer, or make the file in the background (POST /api/v1/exports)`,
  );
}
