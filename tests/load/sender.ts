import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection, prepareRequest } from './connection.ts';

/** What a load sent and what it was told. */
export interface Account {
  /** Event ids that the ingest acknowledged: accepted, or there before. */
  acknowledged: Set<string>;
  /** Answers by status; `0` stands for a connection that broke or said nothing. */
  answers: Map<number, number>;
  /** Requests that were sent more than once. */
  retried: number;
}

export interface SenderOptions {
  /** Addresses of the ingests; each client sends to another one when its own fails. */
  addresses: readonly string[];
  secret: string;
  clients: number;
  batch: number;
}

const RETRY_AFTER_MS = 50;

/**
 * Sends records from any number of clients until it is told to stop, and each of them again until it is acknowledged, as
 * the SDK does: the same id, the same time.
 */
export function startSending(options: SenderOptions): { account: Account; stop(): Promise<Account> } {
  const account: Account = { acknowledged: new Set(), answers: new Map(), retried: 0 };
  let stopping = false;

  async function client(first: number): Promise<void> {
    const connections = options.addresses.map((address) => new Connection(address));
    let turn = first;
    while (!stopping) {
      const records = Array.from({ length: options.batch }, makeRecord);
      const request = prepareRequest('/v1/usage', options.secret, JSON.stringify({ records }));
      for (let tries = 0; ; tries += 1) {
        const connection = connections[turn % connections.length];
        const status = connection ? await sendOnce(connection, request, records.length) : 0;
        account.answers.set(status, (account.answers.get(status) ?? 0) + 1);
        if (status === 200) break;
        if (tries === 0) account.retried += 1;
        turn += 1;
        await delay(RETRY_AFTER_MS);
      }
      for (const { id } of records) account.acknowledged.add(id);
    }
    for (const connection of connections) connection.close();
  }

  const clients = Array.from({ length: options.clients }, (_, i) => client(i));
  return {
    account,
    async stop() {
      stopping = true;
      await Promise.all(clients);
      return account;
    },
  };
}

/** The status, `0` without an answer. A 200 that does not account for every record is a defect and throws. */
async function sendOnce(connection: Connection, request: Buffer, records: number): Promise<number> {
  const reply = await connection.send(request).catch(() => undefined);
  if (reply === undefined) return 0;
  if (reply.status !== 200) return reply.status;
  const { accepted, duplicates } = JSON.parse(reply.body) as { accepted: number; duplicates: number };
  if (accepted + duplicates !== records) throw new Error(`not acknowledged whole: ${reply.body.slice(0, 500)}`);
  return 200;
}

const MODELS = ['gpt-5.4', 'gpt-5.4-mini', 'gpt-4.1', 'no-such-model'] as const;
const FEATURES = ['search', 'chat', 'summary', 'triage', 'batch'] as const;

const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;

function makeRecord() {
  const promptTokens = Math.floor(Math.random() * 4_000);
  return {
    id: uuidV7(),
    source: 'openai.chat',
    model: pick(MODELS),
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: Math.floor(Math.random() * 500),
      prompt_tokens_details: { cached_tokens: Math.floor(promptTokens / 3) },
    },
    latencyMs: Math.floor(Math.random() * 9_000),
    status: Math.random() < 0.02 ? 'error' : 'ok',
    feature: pick(FEATURES),
    user: `u-${Math.floor(Math.random() * 500)}`,
    responseId: `chatcmpl-${randomBytes(12).toString('hex')}`,
    tags: { team: pick(FEATURES) },
  };
}

function uuidV7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
