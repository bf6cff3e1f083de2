import type { Rejection } from '@tokengrip/core/contract/usage';
import { AppError } from '@tokengrip/core/errors';
import { asAppError, type Server } from '@tokengrip/core/http/server';
import type { FastifyError, FastifyRequest } from 'fastify';
import { acceptRecords } from '../accept-records.ts';
import type { IngestContext } from '../context.ts';
import { keyOwnerOf } from '../key-guard.ts';
import { countedCalls } from '../otlp/counted-calls.ts';
import { mapSpan } from '../otlp/map-span.ts';
import { readJsonTrace } from '../otlp/read-json.ts';
import { readProtobufTrace } from '../otlp/read-protobuf.ts';
import { type Encoding, encodeResponse, encodeStatus } from '../otlp/reply.ts';
import { type Span, UndecodableTrace } from '../otlp/span.ts';
import type { Turn } from '../turns.ts';

/** How many of the refused spans are explained. */
const MAX_REASONS = 5;

/**
 * `POST /v1/traces`: OTLP over HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp. Spans that are calls of models
 * become records; all others are accepted and forgotten.
 */
export function otlpRoutes(server: Server, ctx: IngestContext, turn: Turn): void {
  void server.register((scope, _options, done) => {
    scope.addContentTypeParser(
      'application/x-protobuf',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) => {
        await turn(body.length, request.raw.socket);
        return body;
      },
    );
    scope.setErrorHandler((error: FastifyError | AppError, request, reply) => {
      const known = asAppError(error);
      if (known.code === 'internal') request.log.error({ err: error, route: '/v1/traces' }, 'request failed');
      if (known.retryAfterSeconds !== undefined) reply.header('retry-after', String(known.retryAfterSeconds));
      const encoding = encodingOf(request);
      return reply.code(known.status).type(encoding).send(encodeStatus(encoding, known));
    });
    scope.post('/v1/traces', async (request, reply) => {
      const encoding = encodingOf(request);
      const owner = keyOwnerOf(request);
      const calls = countedCalls(readSpans(encoding, request.body));
      const incoming = calls.map((span, index) => [index, mapSpan(span, owner.captureContent)] as const);
      const { rejected } = await acceptRecords(ctx, owner, 'otlp', incoming);
      return reply.type(encoding).send(encodeResponse(encoding, partialSuccess(rejected, calls)));
    });
    done();
  });
}

const encodingOf = ({ headers }: FastifyRequest): Encoding =>
  headers['content-type']?.startsWith('application/x-protobuf') ? 'application/x-protobuf' : 'application/json';

function readSpans(encoding: Encoding, body: unknown): Span[] {
  try {
    return encoding === 'application/json' ? readJsonTrace(body) : readProtobufTrace(body as Buffer);
  } catch (error) {
    if (!(error instanceof UndecodableTrace)) throw error;
    throw new AppError('invalid_request', `The body is no OTLP trace request: ${error.message}`);
  }
}

function partialSuccess(rejected: readonly Rejection[], calls: readonly Span[]) {
  if (rejected.length === 0) return undefined;
  const reasons = rejected.slice(0, MAX_REASONS).map(({ index, field, message }) => {
    return `span ${calls[index]?.spanId || '(without id)'}: ${field} ${message}`;
  });
  return { rejectedSpans: rejected.length, errorMessage: reasons.join('; ').toWellFormed() };
}
