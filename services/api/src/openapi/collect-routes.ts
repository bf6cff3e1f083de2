import type { Server } from '@tokengrip/core/http/server';
import type { RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';

/** A route as it was registered. */
export interface CollectedRoute {
  method: string;
  /** Below `/api/v1`, as Fastify writes it: `/records/:projectId/:id`. */
  path: string;
  params: TSchema | undefined;
  query: TSchema | undefined;
  body: TSchema | undefined;
  /** By status code. */
  responses: Readonly<Record<string, TSchema>>;
  /** Attempts are limited by address. */
  limited: boolean;
}

/** Sees the routes that are registered from now on. HEAD is GET without a body, and is not listed. */
export function collectRoutes(server: Server, prefix: string): CollectedRoute[] {
  const routes: CollectedRoute[] = [];
  server.addHook('onRoute', (route: RouteOptions) => {
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || method === 'OPTIONS') continue;
      const schema = (route.schema ?? {}) as Record<string, unknown>;
      routes.push({
        method: method.toUpperCase(),
        path: route.url.slice(prefix.length),
        params: schema.params as TSchema | undefined,
        query: schema.querystring as TSchema | undefined,
        body: schema.body as TSchema | undefined,
        responses: (schema.response ?? {}) as Record<string, TSchema>,
        limited: Object.hasOwn(route.config ?? {}, 'rateLimit'),
      });
    }
  });
  return routes;
}
