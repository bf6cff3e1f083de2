import { expect, it } from 'vitest';
import { silentLog } from '../testing/context.ts';
import { createServiceRegistry, exposeMetrics } from './metrics.ts';
import { createServer } from './server.ts';

it('shows the process, and requests by route and status, never by path', async () => {
  const server = createServer({ log: silentLog, bodyLimitBytes: 1_000, trustedProxies: [] });
  exposeMetrics(server, createServiceRegistry('test'));
  server.get('/people/:id', async () => ({}));
  await server.inject('/people/7');
  await server.inject('/people/8');
  await server.inject('/nowhere');
  const { body, headers } = await server.inject('/metrics');
  expect(headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(body).toContain(
    'tokengrip_http_request_duration_seconds_count{service="test",method="GET",route="/people/:id",status="200"} 2',
  );
  expect(body).toContain('route="unknown",status="404"');
  expect(body).not.toContain('/people/7');
  expect(body).toContain('process_resident_memory_bytes{service="test"}');
  await server.close();
});
