import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** gpt-4o: 2.5 and 10 USD a million tokens; a call has as many of one as of the other. */
const PICO_USD_PER_TOKEN = 12_500_000;
const MOST_TOKENS = 2_000;
/** What calls cost on average. */
export const MEAN_PICO_USD = (PICO_USD_PER_TOKEN * (1 + MOST_TOKENS)) / 2;

/** What a provider has seen since it began to count: what passed, whatever anybody has recorded of it. */
interface Seen {
  calls: number;
  inFlight: number;
  spentPicoUsd: number;
  dearestPicoUsd: number;
  /** Until the amount was reached. */
  mostInTwoSeconds: number;
  lastAt: number;
  /** How many calls were under way when the amount was reached. */
  reached: { inFlight: number } | undefined;
  /** The first call of each caller that came after `watch`. */
  firstCalls: Map<string, number>;
}

export interface Provider {
  address: string;
  seen(): Seen;
  /** Counts anew, for a budget of this amount. */
  begin(limitPicoUsd: number, latencyMs: number): void;
  /** Notes from now on when the first call of each caller comes. */
  watch(): void;
  close(): void;
}

const nothing = (): Seen => ({
  calls: 0,
  inFlight: 0,
  spentPicoUsd: 0,
  dearestPicoUsd: 0,
  mostInTwoSeconds: 0,
  lastAt: 0,
  reached: undefined,
  firstCalls: new Map(),
});

/** Answers as OpenAI does, after the time that a model takes, to all processes. Times are those of `performance`. */
export async function startProvider(): Promise<Provider> {
  let seen = nothing();
  let limit = Number.POSITIVE_INFINITY;
  let latency = 0;
  let watching = false;
  /** What was spent in the last two seconds, and when. */
  let recent: { at: number; cost: number }[] = [];

  function take(request: IncomingMessage, response: ServerResponse): void {
    const own = seen;
    const now = performance.now();
    const caller = String(request.headers['x-caller']);
    own.calls += 1;
    own.inFlight += 1;
    own.lastAt = now;
    if (watching && !own.firstCalls.has(caller)) own.firstCalls.set(caller, now);
    request.resume();
    setTimeout(() => answer(own, response), latency * (0.5 + Math.random()));
  }

  function answer(own: Seen, response: ServerResponse): void {
    const tokens = 1 + Math.floor(Math.random() * MOST_TOKENS);
    const cost = tokens * PICO_USD_PER_TOKEN;
    own.inFlight -= 1;
    own.spentPicoUsd += cost;
    own.dearestPicoUsd = Math.max(own.dearestPicoUsd, cost);
    if (!own.reached) {
      const now = performance.now();
      recent = [...recent.filter(({ at }) => now - at < 2_000), { at: now, cost }];
      own.mostInTwoSeconds = Math.max(
        own.mostInTwoSeconds,
        recent.reduce((sum, one) => sum + one.cost, 0),
      );
      if (own.spentPicoUsd >= limit) own.reached = { inFlight: own.inFlight };
    }
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: `chatcmpl-${crypto.randomUUID()}`,
        object: 'chat.completion',
        created: 1,
        model: 'gpt-4o',
        choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: 2 * tokens },
      }),
    );
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, take);
  server.listen(0, '127.0.0.1', 1_024);
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => seen,
    begin(limitPicoUsd, latencyMs) {
      seen = nothing();
      limit = limitPicoUsd;
      latency = latencyMs;
      watching = false;
      recent = [];
    },
    watch() {
      watching = true;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
