import type { Server } from '@tokengrip/core/http/server';
import type { CollectedRoute } from '../openapi/collect-routes.ts';
import { buildDocument } from '../openapi/document.ts';
import { REFERENCE_POLICY, referencePage } from '../openapi/reference-page.ts';

/** The document of the routes that `routes` has seen, and a page of it. Both are made once, when they are first asked for. */
export function openApiRoutes(server: Server, routes: readonly CollectedRoute[]): void {
  const document = once(() => buildDocument(routes));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => referencePage(document()));

  server.get('/openapi.json', async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(json()),
  );

  server.get('/reference', async (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .header('content-security-policy', REFERENCE_POLICY)
      .header('x-content-type-options', 'nosniff')
      .type('text/html; charset=utf-8')
      .send(page()),
  );
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
