import { Readable } from 'node:stream';
import { DownloadPath, Export, ExportList, ExportPath, NewExport } from '@tokengrip/core/contract/exports';
import { inScope } from '@tokengrip/core/db/scope';
import { createExport } from '@tokengrip/core/domain/exports/create-export';
import { signDownload, verifyDownload } from '@tokengrip/core/domain/exports/download-link';
import { deleteExport, findExport, listExports } from '@tokengrip/core/domain/exports/list-exports';
import { readExportFile } from '@tokengrip/core/domain/exports/read-file';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';
import { attach } from './attachment.ts';

/** Files that are made in the background. */
export function exportRoutes(server: Server, ctx: ApiContext, config: Pick<ApiConfig, 'SESSION_SECRET'>): void {
  const withLink = (found: Export, organizationId: number): Export => {
    if (found.state !== 'done') return found;
    const file = { organizationId, exportId: found.id };
    const { token, expiresAt } = signDownload(config.SESSION_SECRET, file, ctx.clock.now());
    return { ...found, download: { path: `/api/v1/exports/files/${token}`, expiresAt: expiresAt.toISOString() } };
  };

  server.get('/exports', { schema: { response: { 200: ExportList } } }, async (request) => {
    const { organizationId, ...member } = await request.member();
    const found = await inScope(ctx, { organizationId, ...member }, (tx) => listExports(tx, organizationId));
    return { exports: found.map((one) => withLink(one, organizationId)) };
  });

  server.post('/exports', { schema: { body: NewExport, response: { 202: Export } } }, async (request, reply) => {
    const member = requireRole(await request.member(), 'member');
    return reply.code(202).send(await createExport(ctx, member, request.body));
  });

  server.get('/exports/:exportId', { schema: { params: ExportPath, response: { 200: Export } } }, async (request) => {
    const member = await request.member();
    const { organizationId } = member;
    return withLink(
      await inScope(ctx, member, (tx) => findExport(tx, organizationId, request.params.exportId)),
      organizationId,
    );
  });

  server.delete(
    '/exports/:exportId',
    { schema: { params: ExportPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = requireRole(await request.member(), 'member');
      await inScope(ctx, member, (tx) => deleteExport(tx, member.organizationId, request.params.exportId));
      return reply.code(204).send(null);
    },
  );

  // The token says whose file it is, and is all that is needed: a program can fetch the file without a session.
  server.get('/exports/files/:token', { schema: { params: DownloadPath } }, async (request, reply) => {
    const of = verifyDownload(config.SESSION_SECRET, request.params.token, ctx.clock.now());
    if (!of) throw new AppError('not_found', 'There is no such file, or the link to it has expired');
    const file = await readExportFile(ctx, of);
    reply.header('content-length', file.sizeBytes);
    return attach(reply, file).send(Readable.from(file.pieces, { highWaterMark: 1 }));
  });
}
