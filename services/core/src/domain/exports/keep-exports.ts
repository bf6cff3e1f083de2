import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { runExport } from './run-export.ts';

/** Far longer than a page takes: whoever wrote it, or its place in the queue, is gone. */
const FORGOTTEN_AFTER_MS = 15 * MINUTE;

/** Deletes exports that have expired, and goes on with those that nobody writes any more. */
export async function keepExports(ctx: Context, { signal }: { signal: AbortSignal }): Promise<void> {
  const now = ctx.clock.now();
  const { numDeletedRows } = await ctx.db.deleteFrom('exports').where('expires_at', '<=', now).executeTakeFirst();
  if (numDeletedRows > 0n) ctx.log.info({ exports: Number(numDeletedRows) }, 'expired exports deleted');
  const forgotten = await ctx.db
    .selectFrom('exports')
    .select(['id as exportId', 'organization_id as organizationId'])
    .where('state', 'in', ['queued', 'running'])
    .where('touched_at', '<', new Date(now.getTime() - FORGOTTEN_AFTER_MS))
    .orderBy('id')
    .execute();
  for (const one of forgotten) {
    signal.throwIfAborted();
    await runExport(ctx, one, { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      ctx.log.warn({ err: error, ...one }, 'an export that was forgotten cannot be gone on with yet');
    });
  }
}
