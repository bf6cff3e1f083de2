import { Activity, UsageQuery, UsageResult, ValueList, ValuesQuery } from '@tokengrip/core/contract/analytics';
import { UsageExportQuery } from '@tokengrip/core/contract/exports';
import { UsageForecast, UsageForecastQuery } from '@tokengrip/core/contract/forecast';
import { inSnapshot } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { usageFile } from '@tokengrip/core/domain/exports/usage-file';
import { forecastUsage } from '@tokengrip/core/domain/forecast/forecast-usage';
import { readRevision } from '@tokengrip/core/domain/usage/activity';
import { listValues } from '@tokengrip/core/domain/usage/list-values';
import { queryUsage } from '@tokengrip/core/domain/usage/query-usage';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';
import { attach } from './attachment.ts';

export function analyticsRoutes(server: Server, ctx: ApiContext): void {
  const organizationOf = (member: Member) => ({ id: member.organizationId, timeZone: member.timeZone });

  server.get('/usage', { schema: { querystring: UsageQuery, response: { 200: UsageResult } } }, async (request) => {
    const member = await request.member();
    return inSnapshot(ctx, member, (tx) => queryUsage(tx, organizationOf(member), request.query));
  });

  server.get('/usage/export', { schema: { querystring: UsageExportQuery } }, async (request, reply) => {
    const member = await request.member();
    const file = await inSnapshot(ctx, member, (tx) => usageFile(tx, organizationOf(member), request.query));
    return attach(reply, file).send(file.text);
  });

  server.get(
    '/forecast',
    { schema: { querystring: UsageForecastQuery, response: { 200: UsageForecast } } },
    async (request) => {
      const member = await request.member();
      return inSnapshot(ctx, member, (tx) => forecastUsage(tx, organizationOf(member), request.query, ctx.clock.now()));
    },
  );

  server.get('/values', { schema: { querystring: ValuesQuery, response: { 200: ValueList } } }, async (request) => {
    const member = await request.member();
    return inSnapshot(ctx, member, (tx) =>
      listValues(tx, organizationOf(member), { ...request.query, now: ctx.clock.now() }),
    );
  });

  server.get('/activity', { schema: { response: { 200: Activity } } }, async (request) => {
    const member = await request.member();
    return { revision: await readRevision(ctx.redis, member.organizationId) };
  });
}
