import { createHash, createHmac, type Hash } from 'node:crypto';

/** What a request is recognized by: its stable beginning, and the rest. */
export interface RequestIdentity {
  /** Tools, system prompt and everything before the last user turn; empty if there is none of it. */
  prefix: readonly unknown[];
  /** Everything else that shapes the answer. */
  rest: readonly unknown[];
}

export interface RequestDigests {
  requestHash: string;
  prefixHash?: string;
}

const HASH_HEX_DIGITS = 32;
/** Text is handed to the hash in pieces of this size, and the event loop gets a turn after some of them. */
const PIECE_CHARACTERS = 64 * 1024;
const PIECES_PER_TURN = 4;
const MAX_DEPTH = 64;

/**
 * Keyed hashes of a request: they find duplicates and cacheable prefixes, and tell nothing to those who lack the key.
 *
 * Both are HMAC-SHA-256 over the SHA-256 of the text, cut to 128 bits. The inner hash is what allows to take the
 * prefix and the whole in one pass over what may be megabytes. A long request is hashed in several turns of the
 * event loop. Rejects for a structure that is nested too deeply.
 */
export async function digestRequest(key: string, identity: RequestIdentity): Promise<RequestDigests> {
  const hash = createHash('sha256');
  await feed(hash, identity.prefix);
  const prefix = identity.prefix.length > 0 ? hash.copy().digest() : undefined;
  await feed(hash, identity.rest);
  const requestHash = sign(key, 'request', hash.digest());
  return prefix === undefined ? { requestHash } : { requestHash, prefixHash: sign(key, 'prefix', prefix) };
}

/** The purpose is signed too, so that a prefix never equals a request. */
function sign(key: string, purpose: string, digest: Buffer): string {
  return createHmac('sha256', key).update(`${purpose}\n`).update(digest).digest('hex').slice(0, HASH_HEX_DIGITS);
}

async function feed(hash: Hash, value: unknown): Promise<void> {
  const sink = { text: '' };
  let pieces = 0;
  for (const _ of write(value, sink, 0)) {
    hash.update(sink.text);
    sink.text = '';
    if (++pieces % PIECES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  hash.update(sink.text);
}

/**
 * Appends a canonical form of a JSON value to the sink (keys sorted, strings with their length) and yields whenever
 * the sink should be emptied.
 */
function* write(value: unknown, sink: { text: string }, depth: number): Generator<void> {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
  if (typeof value === 'string') {
    yield* writeText(value, sink);
  } else if (typeof value !== 'object' || value === null) {
    sink.text += isData(value) ? `${String(value)};` : 'null;';
  } else if ('toJSON' in value && typeof value.toJSON === 'function') {
    yield* write(value.toJSON(), sink, depth + 1);
  } else if (Array.isArray(value)) {
    sink.text += '[';
    for (const item of value) yield* write(item, sink, depth + 1);
    sink.text += ']';
  } else {
    const fields = value as Record<string, unknown>;
    sink.text += '{';
    for (const key of Object.keys(fields).sort()) {
      if (!isData(fields[key])) continue;
      sink.text += `${key.length}:${key}`;
      yield* write(fields[key], sink, depth + 1);
    }
    sink.text += '}';
  }
  if (sink.text.length >= PIECE_CHARACTERS) yield;
}

function* writeText(text: string, sink: { text: string }): Generator<void> {
  sink.text += `"${text.length}:`;
  if (text.length <= PIECE_CHARACTERS) {
    sink.text += text;
    return;
  }
  for (let start = 0; start < text.length; start += PIECE_CHARACTERS) {
    sink.text += text.slice(start, start + PIECE_CHARACTERS);
    yield;
  }
}

/** As in JSON: functions, symbols and undefined do not exist. */
function isData(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}
