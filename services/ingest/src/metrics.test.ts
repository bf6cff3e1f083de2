import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIngestMetrics } from './metrics.ts';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

let ingest: IngestFixture;
beforeAll(async () => {
  ingest = await startIngestFixture();
});
afterAll(() => ingest.close());

const scrape = async () => (await ingest.server.inject('/metrics')).body;

it('counts records by source and outcome, and requests by route and status', async () => {
  const record = { id: 'a', timestamp: '2026-08-01T11:00:00Z', source: 'openai.chat', model: 'gpt-test' };
  await ingest.server.inject({
    method: 'POST',
    url: '/v1/usage',
    headers: { authorization: `Bearer ${ingest.secret}` },
    payload: { records: [record, record, { ...record, timestamp: '2020-01-01T00:00:00Z' }] },
  });
  await ingest.server.inject('/nowhere/at/all');
  const lines = (await scrape()).split('\n');
  expect(lines).toContain('tokengrip_ingest_records_total{source="usage",outcome="accepted"} 1');
  expect(lines).toContain('tokengrip_ingest_records_total{source="usage",outcome="duplicate"} 1');
  expect(lines).toContain('tokengrip_ingest_rejected_records_total{source="usage",code="timestamp_too_old"} 1');
  expect(lines).toContain(
    'tokengrip_http_request_duration_seconds_count{method="POST",route="/v1/usage",status="200"} 1',
  );
  expect(lines).toContain('tokengrip_http_request_duration_seconds_count{method="GET",route="unknown",status="404"} 1');
});

it('shows what the writer tells of its transactions and of what waits', async () => {
  const metrics = createIngestMetrics();
  metrics.observeCommit({ rows: 300, seconds: 0.02 });
  metrics.queueDepth(() => 42);
  const lines = (await metrics.registry.metrics()).split('\n');
  expect(lines).toContain('tokengrip_ingest_commit_rows_sum 300');
  expect(lines).toContain('tokengrip_ingest_commit_duration_seconds_bucket{le="0.025"} 1');
  expect(lines).toContain('tokengrip_ingest_queue_depth 42');
});
