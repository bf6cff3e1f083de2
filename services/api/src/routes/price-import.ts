import { MAX_PRICE_FILE_BYTES, PriceImportQuery, PriceImportReply } from '@tokengrip/core/contract/prices';
import { announcePriceChange } from '@tokengrip/core/domain/prices/announce-price-change';
import { decodePriceFile } from '@tokengrip/core/domain/prices/fetch-price-file';
import { importPrices } from '@tokengrip/core/domain/prices/import-prices';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

/**
 * `POST /prices/import`: the body is the file itself. It is read as text: its numbers are taken as they are written, which
 * a parsed body has lost.
 */
export function priceImportRoute(server: Server, ctx: ApiContext): void {
  void server.register((scope, _options, done) => {
    const files: Server = scope.withTypeProvider();
    files.removeContentTypeParser('application/json');
    files.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    files.post(
      '/prices/import',
      {
        bodyLimit: MAX_PRICE_FILE_BYTES,
        schema: { querystring: PriceImportQuery, response: { 200: PriceImportReply } },
        // Before the body is read: who may not import need not send it.
        onRequest: async (request) => {
          requireRole(await request.member(), 'admin');
        },
      },
      async (request) => {
        const member = await request.member();
        const { effectiveFrom, edition, fileName = 'price file', dryRun = false } = request.query;
        const outcome = await importPrices(ctx, {
          text: Buffer.isBuffer(request.body) ? decodePriceFile(request.body) : '',
          fileName,
          effectiveFrom: effectiveFrom === undefined ? undefined : new Date(effectiveFrom),
          edition,
          startedBy: member,
          dryRun,
        });
        if (!dryRun && outcome.run.status === 'applied') await announcePriceChange(ctx.redis, ctx.log);
        return { ...outcome, dryRun };
      },
    );
    done();
  });
}
