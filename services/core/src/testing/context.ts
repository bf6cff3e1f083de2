import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connection.ts';
import { createLog } from '../log.ts';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  set(time: string): void;
}

export function testClock(start = '2026-08-01T12:00:00Z'): TestClock {
  let time = new Date(start);
  return {
    now: () => new Date(time),
    set(to) {
      time = new Date(to);
    },
  };
}

export const silentLog = createLog({ service: 'test', level: 'silent' });

export const testContext = (db: Db, clock: Clock = testClock()): Context => ({ db, log: silentLog, clock });
