import { Readable } from 'node:stream';
import { RecordsExportQuery } from '@tokengrip/core/contract/exports';
import { RecordDetail, RecordPath, RecordQuery, RecordsPage, RecordsQuery } from '@tokengrip/core/contract/records';
import { inScope } from '@tokengrip/core/db/scope';
import { streamRecords } from '@tokengrip/core/domain/exports/stream-records';
import { findRecord } from '@tokengrip/core/domain/usage/find-record';
import { listRecords } from '@tokengrip/core/domain/usage/list-records';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';
import { attach } from './attachment.ts';

export function recordRoutes(server: Server, ctx: ApiContext): void {
  server.get('/records', { schema: { querystring: RecordsQuery, response: { 200: RecordsPage } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => listRecords(tx, member.organizationId, request.query));
  });

  server.get(
    '/records/:projectId/:id',
    { schema: { params: RecordPath, querystring: RecordQuery, response: { 200: RecordDetail } } },
    async (request) => {
      const member = await request.member();
      const input = { ...request.params, ...request.query };
      return inScope(ctx, member, (tx) => findRecord(tx, member.organizationId, input));
    },
  );

  // Whatever goes wrong after the first piece breaks the connection off, so that half a file never looks like a whole one.
  server.get('/records/export', { schema: { querystring: RecordsExportQuery } }, async (request, reply) => {
    const { organizationId, organizationName, timeZone } = await request.member();
    const organization = { id: organizationId, name: organizationName, timeZone };
    const file = await streamRecords(ctx, organization, request.query);
    return attach(reply, file).send(Readable.from(file.text, { highWaterMark: 1 }));
  });
}
