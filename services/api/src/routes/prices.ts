import { Id } from '@tokengrip/core/contract/common';
import {
  AcknowledgeReply,
  AcknowledgeRequest,
  CatalogPage,
  CatalogQuery,
  CorrectionReply,
  CorrectionRequest,
  FlaggedQuery,
  ModelsInUse,
  ModelsInUseQuery,
  PriceChangePage,
  PriceChangeQuery,
  PriceHistory,
  PriceHistoryQuery,
  PriceRun,
  PriceRunPage,
  PriceRunQuery,
  PriceSyncState,
} from '@tokengrip/core/contract/prices';
import { inScope } from '@tokengrip/core/db/scope';
import { audit } from '@tokengrip/core/domain/audit/audit';
import { announcePriceChange } from '@tokengrip/core/domain/prices/announce-price-change';
import { createCatalogs } from '@tokengrip/core/domain/prices/catalogs';
import { declareCorrection } from '@tokengrip/core/domain/prices/declare-correction';
import { listModelsInUse } from '@tokengrip/core/domain/prices/models-in-use';
import { acknowledgeChanges, listFlaggedChanges, listRunChanges } from '@tokengrip/core/domain/prices/price-changes';
import { readPriceHistory } from '@tokengrip/core/domain/prices/price-history';
import { findRun, listRuns } from '@tokengrip/core/domain/prices/price-runs';
import { searchCatalog } from '@tokengrip/core/domain/prices/search-catalog';
import type { PriceSource } from '@tokengrip/core/domain/prices/sync-prices';
import { readSyncState, requestSync } from '@tokengrip/core/domain/prices/sync-state';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';
import { priceImportRoute } from './price-import.ts';
import { priceOverrideRoutes } from './price-overrides.ts';

const RunPath = Type.Object({ runId: Id });

/**
 * The price list is shared by all organizations of the installation. It is the installation of one company, so that the
 * owners and admins of any of its organizations may change the list; what only one of them pays, it sets by overrides.
 */
export function priceRoutes(server: Server, ctx: ApiContext, config: PriceSource): void {
  const catalogs = createCatalogs(ctx);
  priceImportRoute(server, ctx);
  priceOverrideRoutes(server, ctx);

  server.get(
    '/prices/models',
    { schema: { querystring: ModelsInUseQuery, response: { 200: ModelsInUse } } },
    async (request) => {
      const member = await request.member();
      const catalog = await catalogs.fresh(member.organizationId);
      return inScope(ctx, member, (tx) =>
        listModelsInUse(tx, member.organizationId, { ...request.query, catalog, now: ctx.clock.now() }),
      );
    },
  );

  server.get(
    '/prices/catalog',
    { schema: { querystring: CatalogQuery, response: { 200: CatalogPage } } },
    async (request) => {
      const member = await request.member();
      return searchCatalog(await catalogs.fresh(member.organizationId), request.query, ctx.clock.now());
    },
  );

  server.get(
    '/prices/history',
    { schema: { querystring: PriceHistoryQuery, response: { 200: PriceHistory } } },
    async (request) => {
      const member = await request.member();
      const input = { modelKey: request.query.modelKey, now: ctx.clock.now() };
      return inScope(ctx, member, (tx) => readPriceHistory(tx, member.organizationId, input));
    },
  );

  server.get('/prices/sync', { schema: { response: { 200: PriceSyncState } } }, async (request) =>
    readSyncState(ctx, await request.member(), config),
  );

  server.post('/prices/sync', { schema: { response: { 202: PriceSyncState } } }, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    await requestSync(ctx, member);
    await inScope(ctx, member, (tx) => audit(tx, member.organizationId, { action: 'price.sync_requested' }));
    return reply.code(202).send(await readSyncState(ctx, member, config));
  });

  server.get(
    '/prices/runs',
    { schema: { querystring: PriceRunQuery, response: { 200: PriceRunPage } } },
    async (request) => inScope(ctx, await request.member(), (tx) => listRuns(tx, request.query)),
  );

  server.get('/prices/runs/:runId', { schema: { params: RunPath, response: { 200: PriceRun } } }, async (request) =>
    inScope(ctx, await request.member(), (tx) => findRun(tx, request.params.runId)),
  );

  server.get(
    '/prices/runs/:runId/changes',
    { schema: { params: RunPath, querystring: PriceChangeQuery, response: { 200: PriceChangePage } } },
    async (request) =>
      inScope(ctx, await request.member(), (tx) => listRunChanges(tx, request.params.runId, request.query)),
  );

  server.get(
    '/prices/flagged',
    { schema: { querystring: FlaggedQuery, response: { 200: PriceChangePage } } },
    async (request) => inScope(ctx, await request.member(), (tx) => listFlaggedChanges(tx, request.query)),
  );

  server.post(
    '/prices/runs/:runId/acknowledge',
    { schema: { params: RunPath, body: AcknowledgeRequest, response: { 200: AcknowledgeReply } } },
    async (request) => {
      const member = requireRole(await request.member(), 'admin');
      const input = { ...request.params, ...request.body, userId: member.userId, now: ctx.clock.now() };
      const acknowledged = await inScope(ctx, member, async (tx) => {
        const count = await acknowledgeChanges(tx, input);
        await audit(tx, member.organizationId, {
          action: 'price.changes_acknowledged',
          targetId: input.runId,
          after: { changes: count },
        });
        return count;
      });
      return { acknowledged };
    },
  );

  server.post(
    '/prices/corrections',
    { schema: { body: CorrectionRequest, response: { 201: CorrectionReply } } },
    async (request, reply) => {
      const member = requireRole(await request.member(), 'admin');
      const { since, ...what } = request.body;
      const corrected = await declareCorrection(ctx, {
        ...what,
        since: since === null ? null : new Date(since),
        startedBy: member,
      });
      await announcePriceChange(ctx.redis, ctx.log);
      return reply.code(201).send(corrected);
    },
  );
}
