import type { WorkerContext } from '../context.ts';

/** What a job may use besides its payload. */
export interface JobRun {
  ctx: WorkerContext;
  /** Tells how far it is, 0 to 1. */
  progress(done: number): Promise<void>;
  /** Aborted when the worker stops: a long job ends between two steps and is run again by another. */
  signal: AbortSignal;
}
