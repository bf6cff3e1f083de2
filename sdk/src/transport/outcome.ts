import type { IncomingReply } from './transport.ts';

/** A record that the server would not store, without its text. */
export interface Rejection {
  code: string;
  field: string;
}

/** What a reply means for the records that were sent. */
export type Outcome =
  | { kind: 'delivered'; rejected: Rejection[]; budgets?: unknown }
  /** Send the same again later. */
  | { kind: 'retry'; reason: string; afterMs: number | undefined }
  /** Too large for the server: send it in parts. */
  | { kind: 'too_large' }
  /** Will never be taken: give it up. `lasting`: what comes later will not be taken either. */
  | { kind: 'refused'; reason: string; lasting: boolean };

const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429]);

/** Refusals of what was sent, as opposed to who sent it and where to. */
const ABOUT_THE_BODY: ReadonlySet<number> = new Set([400, 422]);

/** A server may ask for patience, but not for so much that everything would be lost. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** Reads the server's reply. What is not the reply of a Tokengrip (a proxy's page, say) is no delivery. */
export function readOutcome({ status, retryAfter, body }: IncomingReply, nowMs: number): Outcome {
  if (status >= 200 && status < 300) {
    return readReply(body) ?? { kind: 'retry', reason: 'something that is not Tokengrip answered', afterMs: undefined };
  }
  if (status === 413) return { kind: 'too_large' };
  if (status >= 500 || RETRYABLE.has(status)) {
    return { kind: 'retry', reason: `it answered ${status}`, afterMs: readRetryAfter(retryAfter, nowMs) };
  }
  return { kind: 'refused', reason: refusal(status), lasting: !ABOUT_THE_BODY.has(status) };
}

function refusal(status: number): string {
  if (status === 401) return 'it does not know the API key (401)';
  if (status === 403) return 'the API key may not send usage (403)';
  if (status === 404) return 'there is no Tokengrip at the address (404)';
  if (status >= 300 && status < 400) return `it redirects elsewhere (${status}); use the final address`;
  return `it answered ${status}`;
}

function readReply(body: string): Outcome | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof reply !== 'object' || reply === null || !('accepted' in reply) || typeof reply.accepted !== 'number') {
    return undefined;
  }
  const rejected: unknown = 'rejected' in reply ? reply.rejected : undefined;
  return {
    kind: 'delivered',
    rejected: Array.isArray(rejected) ? rejected.map(readRejection) : [],
    ...('budgets' in reply ? { budgets: reply.budgets } : {}),
  };
}

function readRejection(value: unknown): Rejection {
  const { code, field } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  // The key of a tag is the host's own word, so a tag is named without it.
  const name = typeof field === 'string' ? field.replace(/(^|\.)tags\..*$/s, '$1tags') : field;
  return { code: identifier(code), field: identifier(name) };
}

/** These words end up in a warning: only what looks like a name passes, so that no text of a record can. */
function identifier(value: unknown): string {
  return typeof value === 'string' && /^[\w.[\]-]{1,80}$/.test(value) ? value : 'unknown';
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), as milliseconds from now. */
function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : undefined;
}
