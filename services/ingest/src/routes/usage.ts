import { LIMITS, type Rejection, UsageReply } from '@tokengrip/core/contract/usage';
import { noteActivity } from '@tokengrip/core/domain/usage/activity';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { AppError, invalidField } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { FastifyRequest } from 'fastify';
import type { IngestContext } from '../context.ts';

/** `POST /v1/usage`: answers when everything that it accepts is committed. */
export function usageRoutes(server: Server, ctx: IngestContext): void {
  server.post('/v1/usage', { schema: { response: { 200: UsageReply } } }, async (request) => {
    const owner = await ctx.keys.authenticate(readSecret(request));
    const inputs = readRecords(request.body);
    const context = { owner, catalog: await ctx.catalog(), now: ctx.clock.now() };
    const rejected: Rejection[] = [];
    const good: { index: number; record: PreparedRecord }[] = [];
    for (const [index, input] of inputs.entries()) {
      const prepared = prepareRecord(input, context);
      if (isRefused(prepared)) rejected.push({ index, ...prepared });
      else good.push({ index, record: prepared });
    }
    const storage = await ctx.writer.haveStorage(good.map(({ record }) => record));
    const records: PreparedRecord[] = [];
    for (const [i, { index, record }] of good.entries()) {
      if (storage[i]) records.push(record);
      else
        rejected.push({ index, code: 'timestamp_too_old', field: 'timestamp', message: 'is older than what is kept' });
    }
    const result = await ctx.writer.write(records);
    if (result.accepted > 0) void noteActivity(ctx.redis, ctx.log, [owner.organizationId]);
    return { ...result, rejected };
  });
}

function readSecret(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
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
