import { Activity, UsageQuery, UsageResult } from '@tokengrip/core/contract/analytics';
import { RecordsPage, RecordsQuery } from '@tokengrip/core/contract/records';
import { inScope, inSnapshot } from '@tokengrip/core/db/scope';
import { readRevision } from '@tokengrip/core/domain/usage/activity';
import { listRecords } from '@tokengrip/core/domain/usage/list-records';
import { queryUsage } from '@tokengrip/core/domain/usage/query-usage';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';

export function analyticsRoutes(server: Server, ctx: ApiContext): void {
  server.get('/usage', { schema: { querystring: UsageQuery, response: { 200: UsageResult } } }, async (request) => {
    const member = await request.member();
    const organization = { id: member.organizationId, timeZone: member.timeZone };
    return inSnapshot(ctx, member, (tx) => queryUsage(tx, organization, request.query));
  });

  server.get('/records', { schema: { querystring: RecordsQuery, response: { 200: RecordsPage } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => listRecords(tx, member.organizationId, request.query));
  });

  server.get('/activity', { schema: { response: { 200: Activity } } }, async (request) => {
    const member = await request.member();
    return { revision: await readRevision(ctx.redis, member.organizationId) };
  });
}
