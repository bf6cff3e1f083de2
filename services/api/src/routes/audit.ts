import { AuditActionList, AuditPage, AuditQuery } from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { listAuditActions } from '@tokengrip/core/domain/audit/list-actions';
import { listAudit } from '@tokengrip/core/domain/audit/list-audit';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';

export function auditRoutes(server: Server, ctx: ApiContext): void {
  server.get('/audit-log', { schema: { querystring: AuditQuery, response: { 200: AuditPage } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => listAudit(tx, member.organizationId, request.query));
  });

  server.get('/audit-log/actions', { schema: { response: { 200: AuditActionList } } }, async (request) => {
    const member = await request.member();
    return { actions: await inScope(ctx, member, (tx) => listAuditActions(tx, member.organizationId)) };
  });
}
