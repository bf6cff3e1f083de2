import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 150;
const REQUEST_TIMEOUT_MS = 10_000;

export interface Sender {
  /** Ids of the records that the server says it has committed. */
  readonly acknowledged: ReadonlySet<string>;
  /** How often a record had to be sent again. */
  retries(): number;
  /** Starts no new record, and waits until each that was started is acknowledged. */
  finish(): Promise<void>;
  /** Gives up what is not acknowledged yet. */
  abandon(): void;
}

/**
 * A client that behaves as one should: makes id and timestamp of a record once, and sends it again, unchanged, until the
 * server has it. `workers` records are on their way at any time.
 */
export function startSending(options: { address: string; key: string; feature: string; workers: number }): Sender {
  const acknowledged = new Set<string>();
  let retries = 0;
  let stopping = false;
  let abandoned = false;

  async function deliver(): Promise<void> {
    const record = { ...CALL, id: makeUuid7(), timestamp: new Date().toISOString(), feature: options.feature };
    while (!(await sendOnce(options, record))) {
      if (abandoned) return;
      retries += 1;
      await delay(RETRY_MS);
    }
    acknowledged.add(record.id);
  }

  const running = Array.from({ length: options.workers }, async () => {
    while (!stopping) await deliver();
  });
  const done = Promise.all(running);
  // A refusal is reported by `finish`, whenever that is called.
  done.catch(() => {});
  return {
    acknowledged,
    retries: () => retries,
    async finish() {
      stopping = true;
      await done;
    },
    abandon() {
      stopping = true;
      abandoned = true;
    },
  };
}

const CALL = { source: 'openai.chat', model: 'gpt-4o', usage: { prompt_tokens: 1_000, completion_tokens: 100 } };

/** @returns whether the server has it: now, or from an attempt whose answer was lost */
async function sendOnce(target: { address: string; key: string }, record: { id: string }): Promise<boolean> {
  let response: Response;
  let body: { accepted?: number; duplicates?: number };
  try {
    response = await postUsage(target, record);
    body = (await response.json()) as typeof body;
  } catch {
    return false;
  }
  if (response.status >= 500 || response.status === 429) return false;
  if (response.status === 200 && (body.accepted ?? 0) + (body.duplicates ?? 0) === 1) return true;
  throw new Error(`the ingest refused a good record: ${response.status} ${JSON.stringify(body)}`);
}

export function postUsage(target: { address: string; key: string }, body: object): Promise<Response> {
  return fetch(`${target.address}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${target.key}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
}

/** A UUIDv7 of now (RFC 9562, 5.7). */
export function makeUuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
