import { Histogram, type Registry } from 'prom-client';

/** Seconds: from upkeep that finds nothing to do to an export of everything. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600];

export interface JobMetrics {
  /** Runs a job and notes how long it took and how it ended. */
  measure<Result>(job: string, run: () => Promise<Result>): Promise<Result>;
}

/** @param isStopping whether the worker ends: what fails then was interrupted and runs again on another one */
export function createJobMetrics(registry: Registry, isStopping: () => boolean): JobMetrics {
  const durations = new Histogram({
    name: 'tokengrip_job_duration_seconds',
    help: 'Time that a job took, by its name and its outcome: done, failed or interrupted.',
    labelNames: ['job', 'outcome'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return {
    async measure(job, run) {
      const started = performance.now();
      let outcome = 'done';
      try {
        return await run();
      } catch (error) {
        outcome = isStopping() ? 'interrupted' : 'failed';
        throw error;
      } finally {
        durations.observe({ job, outcome }, (performance.now() - started) / 1_000);
      }
    },
  };
}
