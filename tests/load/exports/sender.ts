import { setTimeout as delay } from 'node:timers/promises';
import { Connection, prepareRequest } from '../connection.ts';

const BATCH = 50;
const PAUSE_MS = 100;

/** Keeps sending records of now, a few hundred a second, as an application does while somebody exports. */
export interface Sender {
  /** What was accepted so far, and the longest that one request has waited since this was asked the last time. */
  look(): { accepted: number; longestMs: number };
  /** How many of its requests were answered with anything but 200, or not at all. */
  stop(): Promise<{ accepted: number; refused: number }>;
}

export function startSending(address: string, secret: string): Sender {
  const connection = new Connection(address);
  let stopping = false;
  let accepted = 0;
  let refused = 0;
  let longestMs = 0;
  let number = 0;

  const record = () => ({
    timestamp: new Date().toISOString(),
    source: 'openai.chat',
    model: 'gpt-4.1-mini',
    usage: { prompt_tokens: 100 + (number++ % 1_000), completion_tokens: 10 },
    feature: 'live',
    user: `u-${number % 50}`,
    tags: { run: 'live' },
  });

  const work = async () => {
    while (!stopping) {
      const body = JSON.stringify({ records: Array.from({ length: BATCH }, record) });
      const began = performance.now();
      const reply = await connection.send(prepareRequest('/v1/usage', secret, body)).catch(() => undefined);
      longestMs = Math.max(longestMs, performance.now() - began);
      if (reply?.status === 200) accepted += (JSON.parse(reply.body) as { accepted: number }).accepted;
      else refused += 1;
      await delay(PAUSE_MS);
    }
    connection.close();
  };
  const working = work();
  return {
    look() {
      const seen = { accepted, longestMs };
      longestMs = 0;
      return seen;
    },
    async stop() {
      stopping = true;
      await working;
      return { accepted, refused };
    },
  };
}
