import { LIMITS, UsageReply } from '@tokengrip/core/contract/usage';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { FastifyRequest } from 'fastify';
import { acceptRecords, type Incoming } from '../accept-records.ts';
import type { IngestContext } from '../context.ts';
import { keyOwnerOf } from '../key-guard.ts';
import { isCall } from '../litellm/call-type.ts';
import { mapPayload } from '../litellm/map-payload.ts';
import { isPayload } from '../litellm/payload.ts';
import { readLiteLlmBody } from '../litellm/read-body.ts';
import type { Turn } from '../turns.ts';

/**
 * `POST /v1/litellm`: the `generic_api` callback of a LiteLLM proxy. Payloads of calls become records; others are left out
 * without a word. The reply is that of `/v1/usage`, the places those in the batch as it was sent.
 */
export function litellmRoutes(server: Server, ctx: IngestContext, turn: Turn): void {
  void server.register((scope, _options, done) => {
    scope.removeContentTypeParser('application/json');
    const types = ['application/json', 'application/x-ndjson'];
    scope.addContentTypeParser(types, { parseAs: 'string' }, async (request: FastifyRequest, body: string) => {
      await turn(body.length, request.raw.socket);
      return readBody(body);
    });
    scope.post('/v1/litellm', { schema: { response: { 200: UsageReply } } }, async (request) => {
      const owner = keyOwnerOf(request);
      const incoming: Incoming[] = [];
      for (const [index, payload] of readPayloads(request.body).entries()) {
        // LiteLLM queues `null` for a call that it could not describe.
        if (payload === null) continue;
        // What is no object is refused like any record that is none.
        if (!isPayload(payload)) incoming.push([index, payload]);
        else if (isCall(payload)) incoming.push([index, mapPayload(payload, owner.captureContent)]);
      }
      return acceptRecords(ctx, owner, 'litellm', incoming);
    });
    done();
  });
}

function readBody(text: string): unknown {
  try {
    return readLiteLlmBody(text);
  } catch {
    throw new AppError('malformed_json', 'The body must be valid JSON');
  }
}

function readPayloads(body: unknown): readonly unknown[] {
  const payloads = Array.isArray(body) ? body : [body];
  if (payloads.length > LIMITS.recordsPerRequest) {
    throw new AppError('invalid_request', `Send at most ${LIMITS.recordsPerRequest} payloads at once`);
  }
  return payloads;
}
