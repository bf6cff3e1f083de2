import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { BudgetState, BudgetStates } from '../src/budget/state.ts';

export interface BudgetServer {
  url: string;
  /** What is answered from now on. */
  budgets: BudgetState[];
  by: BudgetStates['by'];
  /** Of the next replies to records; without, none. */
  replyBudgets: BudgetState[] | undefined;
  refuseReservations: BudgetState[];
  asked: { query: string }[];
  reservations: unknown[];
  records: unknown[];
  headers: IncomingHttpHeaders[];
  budget(given?: Partial<BudgetState>): BudgetState;
  fail(status: number, body?: string): void;
  hang(): void;
  close(): Promise<void>;
}

/** A stand-in for the ingest that knows budgets. */
export async function startBudgetServer(): Promise<BudgetServer> {
  let failure: { status: number; body: string } | 'hang' | undefined;
  const handle: BudgetServer = {
    url: '',
    budgets: [],
    by: { user: false, customer: false, tags: [] },
    replyBudgets: undefined,
    refuseReservations: [],
    asked: [],
    reservations: [],
    records: [],
    headers: [],
    budget: (given = {}) => ({
      id: 1,
      name: 'All',
      action: 'block',
      measure: 'usd',
      period: 'month',
      limit: '10',
      spent: '0',
      status: 'ok',
      reason: null,
      resetsAt: '2999-01-01T00:00:00.000Z',
      thresholds: [],
      reservation: false,
      conditions: {},
      ...given,
    }),
    fail: (status, body = '{}') => {
      failure = { status, body };
    },
    hang: () => {
      failure = 'hang';
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const raw = Buffer.concat(pieces);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
      const url = new URL(request.url ?? '', 'http://x');
      if (url.pathname === '/v1/usage') {
        handle.headers.push(request.headers);
        const { records } = JSON.parse(text) as { records: unknown[] };
        handle.records.push(...records);
        send(response, 200, {
          accepted: records.length,
          duplicates: 0,
          rejected: [],
          budgets: handle.replyBudgets ?? [],
        });
        return;
      }
      handle.asked.push({ query: url.search });
      if (failure === 'hang') return;
      if (failure) {
        response.writeHead(failure.status);
        response.end(failure.body);
      } else if (request.method === 'POST') {
        handle.asked.pop();
        handle.reservations.push(JSON.parse(text));
        send(response, 200, { granted: handle.refuseReservations.length === 0, exceeded: handle.refuseReservations });
      } else send(response, 200, { budgets: handle.budgets, by: handle.by });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  handle.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return handle;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
