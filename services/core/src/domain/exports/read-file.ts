import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';

const decompress = promisify(gunzip);

const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  focus: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
} as const;

interface ExportFile {
  fileName: string;
  contentType: string;
  sizeBytes: number;
  /** One piece after the other, as fast as they are taken. */
  pieces: AsyncIterable<Buffer>;
}

/**
 * The file of an export that is done.
 * @throws AppError `not_found` when there is none, not yet or not any more
 */
export async function readExportFile(
  ctx: Context,
  { organizationId, exportId }: { organizationId: number; exportId: number },
): Promise<ExportFile> {
  const row = await inScope(ctx, { organizationId }, (tx) =>
    tx
      .selectFrom('exports')
      .select(['format', 'file_name', 'size_bytes', 'chunks'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', exportId)
      .where('state', '=', 'done')
      .where('expires_at', '>', ctx.clock.now())
      .executeTakeFirst(),
  );
  if (!row) throw new AppError('not_found', 'There is no such file, or not any more');
  return {
    fileName: row.file_name,
    contentType: CONTENT_TYPES[row.format],
    sizeBytes: Number(row.size_bytes),
    pieces: readPieces(ctx, organizationId, exportId, row.chunks),
  };
}

async function* readPieces(
  ctx: Context,
  organizationId: number,
  exportId: number,
  chunks: number,
): AsyncGenerator<Buffer> {
  for (let seq = 0; seq < chunks; seq += 1) {
    const chunk = await inScope(ctx, { organizationId }, (tx) =>
      tx
        .selectFrom('export_chunks')
        .select('bytes')
        .where('export_id', '=', exportId)
        .where('seq', '=', seq)
        .executeTakeFirst(),
    );
    if (!chunk) throw new Error(`export ${exportId} was deleted while it was read`);
    yield await decompress(chunk.bytes);
  }
}
