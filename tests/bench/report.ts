import type { TestDatabase } from '@tokengrip/core/testing/postgres';
import type { Redis } from 'ioredis';

export interface BenchContext {
  database: TestDatabase;
  redis: Redis;
  redisUrl: string;
  /** A line of progress. */
  say(line: string): void;
}

/** One line of the result: what was measured, its value, and what it is compared with. */
export interface Figure {
  what: string;
  value: string;
  ratio?: string;
}

export function report(name: string, figures: readonly Figure[]): void {
  process.stdout.write(`\n${name}\n`);
  for (const { what, value, ratio } of figures) {
    process.stdout.write(`  ${what.padEnd(58)} ${value.padStart(16)}  ${ratio ?? ''}\n`);
  }
}

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const perSecond = (count: number, ms: number): string =>
  `${Math.round((count / ms) * 1_000).toLocaleString('en')}/s`;

export const inMs = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
