import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Server } from './server.ts';

/** Seconds. A request that waits for a commit takes milliseconds, an export minutes. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * A registry of one service, with the metrics of its process. Each service has its own: `npm start` runs several in one
 * process.
 */
export function createServiceRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

export type MetricsRegistry = Registry;

/**
 * Measures every request, and offers `GET /metrics` in Prometheus' text format. For the inside only: the front door does
 * not pass it on.
 */
export function exposeMetrics(server: Server, registry: MetricsRegistry): void {
  measureRequests(server, registry);
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

/** By method, route and status. The route is the pattern, never the path: there are as many series as routes. */
function measureRequests(server: Server, registry: Registry): void {
  const durations = new Histogram({
    name: 'tokengrip_http_request_duration_seconds',
    help: 'Time from the request to the end of its reply.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
}
