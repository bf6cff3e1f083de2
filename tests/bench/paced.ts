import type { UsageQuery } from '@tokengrip/core/contract/analytics';
import { inSnapshot } from '@tokengrip/core/db/scope';
import { queryUsage } from '@tokengrip/core/domain/usage/query-usage';
import { testContext } from '@tokengrip/core/testing/context';
import type { TestDatabase } from '@tokengrip/core/testing/postgres';
import { Connection } from '../load/connection.ts';

const CONNECTIONS = 32;
/** Tables that were emptied just before have their statements planned anew, a tenth of a second for each connection. */
export const LEAD_IN_MS = 1_000;
const POLL_EVERY_MS = 1_000;
const DAY_MS = 24 * 3_600_000;
const QUARTER_MS = 15 * 60_000;

export interface Paced {
  /**
   * From when each request was due to its answer, in milliseconds: one that had to wait for a connection has waited. Those of the
   * first second are left out.
   */
  waits: number[];
  recordsPerSecond: number;
}

/**
 * Sends requests at a fixed rate, however long their answers take, and fails unless each is acknowledged whole.
 * @param everyMs from one request to the next
 */
export async function sendPaced(
  address: string,
  { requests, batch, everyMs }: { requests: readonly Buffer[]; batch: number; everyMs: number },
): Promise<Paced> {
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(address));
  const free = [...connections];
  const waits: number[] = [];
  const start = performance.now();
  let next = 0;
  let answered = 0;
  await new Promise<void>((done, failed) => {
    const send = async (connection: Connection, due: number, request: Buffer) => {
      const { status, body } = await connection.send(request);
      if (status !== 200 || !body.includes('"rejected":[]')) throw new Error(`${status}: ${body.slice(0, 500)}`);
      if (due >= start + LEAD_IN_MS) waits.push(performance.now() - due);
      answered += 1;
      free.push(connection);
      pump();
      if (answered === requests.length) done();
    };
    let isAwaited = false;
    const wake = () => {
      isAwaited = false;
      pump();
    };
    const pump = () => {
      while (free.length > 0 && next < requests.length) {
        const due = start + next * everyMs;
        const early = due - performance.now();
        if (early > 0) {
          // One at a time: a timer for each answer would soon take a processor from what is measured.
          if (!isAwaited) setTimeout(wake, early);
          isAwaited = true;
          return;
        }
        const [connection, request] = [free.pop(), requests[next]];
        next += 1;
        if (connection && request) send(connection, due, request).catch(failed);
      }
    };
    pump();
  });
  const seconds = (performance.now() - start) / 1_000;
  for (const connection of connections) connection.close();
  return { waits, recordsPerSecond: (requests.length * batch) / seconds };
}

/** Asks what an open Overview of 30 days asks, once a second, as long as the work takes: whole quarters of an hour. */
export async function withDashboard<T>(
  database: TestDatabase,
  organizationId: number,
  work: () => Promise<T>,
): Promise<T> {
  const api = testContext(database.as('api'));
  const query = (): UsageQuery => ({
    from: new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 29 * DAY_MS).toISOString(),
    to: new Date((Math.floor(Date.now() / QUARTER_MS) + 1) * QUARTER_MS).toISOString(),
    metrics: ['cost', 'calls', 'tokens', 'errors', 'pricedCalls'],
    groupBy: ['model'],
    bucket: 'day',
    compare: 'previous',
  });
  let isDone = false;
  const poll = async () => {
    while (!isDone) {
      const begun = performance.now();
      await inSnapshot(api, { organizationId }, (tx) =>
        queryUsage(tx, { id: organizationId, timeZone: 'UTC' }, query()),
      );
      const rest = POLL_EVERY_MS - (performance.now() - begun);
      if (!isDone && rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
  };
  const polling = poll();
  try {
    return await work();
  } finally {
    isDone = true;
    await polling;
  }
}
