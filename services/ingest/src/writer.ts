import { SECOND } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import { BoundedMemory } from '@tokengrip/core/domain/usage/bounded-memory';
import type { PreparedRecord, RefusedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { MAX_ROWS_PER_COMMIT } from '@tokengrip/core/domain/usage/store-usage';
import { AppError } from '@tokengrip/core/errors';
import { type BudgetMemory, type Commit, commitRecords } from './commit-records.ts';
import { projectClosed } from './key-guard.ts';
import { createStorageDays, type HaveStorage } from './storage-days.ts';

/**
 * Requests that arrive together share one transaction. Whenever one of the two slots is free it takes what is waiting,
 * up to 5,000 records, without a timer: alone, a request is written at once; under load the slots fill by themselves,
 * since everything that arrives during a commit waits for the next. More slots would make the rollup's rows hotter and
 * the commits smaller.
 */
const SLOTS = 2;

/** Whoever has waited that long gets an answer: its records can be sent again, and are recognized if they were stored. */
const DEADLINE_MS = 20 * SECOND;

const WARN_EVERY_MS = 5 * SECOND;

/** Four full transactions: two that are being written, two that fill up. */
const DEFAULT_MAX_RECORDS = 4 * MAX_ROWS_PER_COMMIT;

export interface WriterOptions {
  /** Most records that wait or are being written; beyond that senders are asked to come back. */
  maxRecords?: number;
  /** Told of every transaction. */
  onCommit?: (commit: { rows: number; seconds: number }) => void;
  /** Told of every record that was new, once it is committed. */
  onStored?: (records: ReadonlySet<PreparedRecord>) => void;
  /** Without it the budgets are looked up in every transaction. */
  budgets?: BudgetMemory;
  /** For tests that cannot wait. */
  deadlineMs?: number;
}

export interface Writer {
  /**
   * Commits the records with their sums. When it returns, all but the refused ones are safe.
   * @throws AppError `project_archived` or `unauthenticated` when their project takes none any more, whatever the key;
   * `unavailable` when they could not be stored in time: they can be sent again
   */
  write(records: readonly PreparedRecord[]): Promise<Commit>;
  /** Whether there is storage for the day of each record: one without would fail the whole statement. */
  haveStorage: HaveStorage;
  /** How many records wait or are being written. */
  depth(): number;
}

interface Waiting {
  records: readonly PreparedRecord[];
  resolve(commit: Commit): void;
  reject(error: unknown): void;
}

export function createWriter(ctx: Context, options: WriterOptions = {}): Writer {
  const maxRecords = options.maxRecords ?? DEFAULT_MAX_RECORDS;
  const waiting: Waiting[] = [];
  const series = new BoundedMemory<number>();
  const features = new BoundedMemory<true>();
  let busySlots = 0;
  let depth = 0;

  /** A database that is away fails everybody who tries again meanwhile: said now and then, not for each. */
  let warnedAt = 0;
  let unsaid = 0;
  function warn(error: unknown, records: number): void {
    unsaid += records;
    const now = performance.now();
    if (warnedAt > 0 && now - warnedAt < WARN_EVERY_MS) return;
    ctx.log.warn({ err: error, records: unsaid }, 'could not store records; their senders will try again');
    warnedAt = now;
    unsaid = 0;
  }

  function fillSlots(): void {
    while (busySlots < SLOTS && waiting.length > 0) {
      busySlots += 1;
      void flush(take()).finally(() => {
        busySlots -= 1;
        fillSlots();
      });
    }
  }

  /** Whole requests, in the order in which they came. */
  function take(): Waiting[] {
    let rows = 0;
    let count = 0;
    for (const { records } of waiting) {
      if (count > 0 && rows + records.length > MAX_ROWS_PER_COMMIT) break;
      rows += records.length;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  async function flush(requests: Waiting[]): Promise<void> {
    const records = requests.flatMap((request) => request.records);
    try {
      const { inserted, refused, closed } = await commitRecords(ctx, records, { ...options, series, features });
      options.onStored?.(inserted);
      for (const request of requests) {
        const reason = closed.get(request.records[0]?.projectId ?? 0);
        if (reason) request.reject(projectClosed(reason));
        else request.resolve(shareOf(request.records, inserted, refused));
      }
    } catch (error) {
      warn(error, records.length);
      for (const request of requests) request.reject(unavailable('The records could not be stored; send them again'));
    } finally {
      depth -= records.length;
    }
  }

  return {
    haveStorage: createStorageDays(ctx),
    depth: () => depth,
    async write(records) {
      if (records.length === 0) return { accepted: 0, duplicates: 0, refused: new Map() };
      if (depth > 0 && depth + records.length > maxRecords) {
        throw unavailable('Too many records are waiting to be stored; send them again');
      }
      depth += records.length;
      return new Promise((resolve, reject) => {
        const request: Waiting = { records, resolve: settle(resolve), reject: settle(reject) };
        const deadline = setTimeout(() => {
          const place = waiting.indexOf(request);
          // What a slot has taken stays in its hands and is counted until it lets go.
          if (place >= 0) {
            waiting.splice(place, 1);
            depth -= records.length;
          }
          reject(unavailable('The database is too slow at the moment; send the records again'));
        }, options.deadlineMs ?? DEADLINE_MS);
        function settle<T>(done: (value: T) => void): (value: T) => void {
          return (value) => {
            clearTimeout(deadline);
            done(value);
          };
        }
        waiting.push(request);
        fillSlots();
      });
    },
  };
}

function shareOf(
  records: readonly PreparedRecord[],
  inserted: ReadonlySet<PreparedRecord>,
  refused: Commit['refused'],
): Commit {
  let accepted = 0;
  const own = new Map<PreparedRecord, RefusedRecord>();
  for (const record of records) {
    const refusal = refused.get(record);
    if (refusal) own.set(record, refusal);
    else if (inserted.has(record)) accepted += 1;
  }
  return { accepted, duplicates: records.length - accepted - own.size, refused: own };
}

const unavailable = (detail: string) => new AppError('unavailable', detail, { retryAfterSeconds: 2 });
