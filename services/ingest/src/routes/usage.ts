import { BUDGETS_HEADER, LIMITS, UsageReply } from '@tokengrip/core/contract/usage';
import { AppError, invalidField } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import { acceptRecords } from '../accept-records.ts';
import type { IngestContext } from '../context.ts';
import { keyOwnerOf } from '../key-guard.ts';

/** `POST /v1/usage`: answers when everything that it accepts is committed. */
export function usageRoutes(server: Server, ctx: IngestContext): void {
  server.post('/v1/usage', { schema: { response: { 200: UsageReply } } }, async (request) => {
    const records = readRecords(request.body);
    const wantsBudgets = request.headers[BUDGETS_HEADER] === 'include';
    return acceptRecords(ctx, keyOwnerOf(request), 'usage', [...records.entries()], { wantsBudgets });
  });
}

/** A batch, or one record by itself. */
function readRecords(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AppError('invalid_request', 'The body must be a record, or an object with `records`');
  }
  if (!('records' in body)) return [body];
  const { records } = body;
  if (!Array.isArray(records) || records.length === 0)
    throw invalidField('records', 'must be an array of at least one record');
  if (records.length > LIMITS.recordsPerRequest) {
    throw invalidField('records', `must have at most ${LIMITS.recordsPerRequest} entries, and has ${records.length}`);
  }
  return records;
}
