import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createJobMetrics } from './job-metrics.ts';

it('counts jobs by name and outcome, and passes on what they return and throw', async () => {
  const registry = new Registry();
  let stopping = false;
  const { measure } = createJobMetrics(registry, () => stopping);
  const fail = () => Promise.reject(new Error('no'));
  expect(await measure('upkeep', async () => 7)).toBe(7);
  await expect(measure('upkeep', fail)).rejects.toThrow('no');
  stopping = true;
  await expect(measure('upkeep', fail)).rejects.toThrow('no');
  const lines = (await registry.metrics()).split('\n');
  for (const outcome of ['done', 'failed', 'interrupted']) {
    expect(lines).toContain(`tokengrip_job_duration_seconds_count{job="upkeep",outcome="${outcome}"} 1`);
  }
});
