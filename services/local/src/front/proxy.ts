import httpProxy from '@fastify/http-proxy';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';

const HEADERS_TIMEOUT_MS = 120_000;

/**
 * Hands everything below the prefix to a service on this machine, bodies streamed in both directions.
 * @param upstream the service's address, as in `http://127.0.0.1:8001`
 */
export async function proxyTo(server: Server, prefix: string, upstream: string): Promise<void> {
  await server.register(httpProxy, {
    upstream,
    prefix,
    rewritePrefix: prefix,
    disableRequestLogging: true,
    // A large export may pause for as long as its reader likes.
    undici: { connections: 128, headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: 0 },
    replyOptions: {
      // The service limits attempts by address, and compares the page's origin with the host it was asked for.
      rewriteRequestHeaders: (request, headers) => ({
        ...headers,
        host: request.headers.host ?? '',
        'x-forwarded-for': request.ip,
        'x-forwarded-proto': request.protocol,
      }),
      // Callers repeat by themselves, and know better than we when.
      retryDelay: () => null,
      onError: (reply, { error }) => {
        reply.send(
          new AppError('unavailable', 'The service does not answer; try again', { retryAfterSeconds: 2, cause: error }),
        );
      },
    },
  });
}
