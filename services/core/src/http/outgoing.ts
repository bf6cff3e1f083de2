import { lookup as resolveHost } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { SECOND } from '../clock.ts';
import { type AllowedHosts, isPublicAddress } from './address-rules.ts';

/** Where requests of people's choosing may go. */
export interface OutgoingRules {
  allowed: AllowedHosts;
  /** Nothing leaves but to what is allowed. */
  airGapped: boolean;
}

interface Address {
  address: string;
  family: number;
}

export interface OutgoingRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Until the server has answered, looking up its name included. */
  timeoutMs?: number;
  /** How a name is looked up; tests pass their own. */
  resolve?: (host: string) => Promise<readonly Address[]>;
}

type OutgoingCode =
  | 'invalid_url'
  | 'air_gapped'
  | 'address_refused'
  | 'redirect_refused'
  | 'timed_out'
  | 'dns_failed'
  | 'tls_failed'
  | 'unreachable';

/** How a request ended: with the server's status, or without. */
export type OutgoingResult =
  | { answered: true; status: number; retryAfter: string | undefined }
  | { answered: false; code: OutgoingCode; status?: number };

const TIMEOUT_MS = 10 * SECOND;
/** The status says it all. The rest is read so far as to let the server end in peace. */
const MAX_REPLY_BYTES = 64 * 1024;
const REPLY_TIMEOUT_MS = 2 * SECOND;

class Refusal extends Error {
  readonly code: OutgoingCode;
  constructor(code: OutgoingCode) {
    super(code);
    this.code = code;
  }
}

/**
 * Posts to an address that somebody has entered, and trusts nothing about it. A name is looked up once, each of its addresses
 * is checked, and the connection is made to one that passed: a name that means something else a moment later leads nowhere.
 * Redirects are not followed. Never throws.
 */
export async function postOutside(rules: OutgoingRules, request: OutgoingRequest): Promise<OutgoingResult> {
  const abort = new AbortController();
  const timeout = setTimeout(() => abort.abort(), request.timeoutMs ?? TIMEOUT_MS);
  try {
    const url = parseTarget(request.url);
    const addresses = await Promise.race([addressesOf(rules, url, request), untilAborted(abort.signal)]);
    const response = await send(url, addresses, request, abort.signal);
    const status = response.statusCode ?? 0;
    drain(response);
    if (status >= 300 && status < 400) return { answered: false, code: 'redirect_refused', status };
    return { answered: true, status, retryAfter: response.headers['retry-after'] };
  } catch (error) {
    if (abort.signal.aborted) return { answered: false, code: 'timed_out' };
    return { answered: false, code: error instanceof Refusal ? error.code : codeOf(error) };
  } finally {
    clearTimeout(timeout);
  }
}

/** @throws Refusal for what is no http or https address, or carries credentials, which would end in logs of others */
function parseTarget(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '' || url.username !== '' || url.password !== '') {
    throw new Refusal('invalid_url');
  }
  return url;
}

async function addressesOf(rules: OutgoingRules, url: URL, request: OutgoingRequest): Promise<readonly Address[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const named = rules.allowed.byName(host);
  const family = isIP(host);
  // In an air-gapped installation not even the question for a name may leave.
  if (rules.airGapped && !named && !(family !== 0 && rules.allowed.byAddress(host))) throw new Refusal('air_gapped');
  const found = family === 0 ? await lookUp(host, request) : [{ address: host, family }];
  const passed = found.filter(({ address }) => named || rules.allowed.byAddress(address) || isPublicAddress(address));
  if (passed.length === 0) throw new Refusal('address_refused');
  return passed;
}

async function lookUp(host: string, { resolve }: OutgoingRequest): Promise<readonly Address[]> {
  const found = await (resolve ?? ((name) => resolveHost(name, { all: true })))(host).catch(() => []);
  if (found.length === 0) throw new Refusal('dns_failed');
  return found;
}

function send(
  url: URL,
  addresses: readonly Address[],
  { headers, body }: OutgoingRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const checked: LookupFunction = (_host, options, done) => {
    const [first] = addresses;
    if (options.all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
  return new Promise((resolve, reject) => {
    const post = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = post(url, {
      method: 'POST',
      // A connection of its own: one that is kept was made to whatever passed at another time.
      agent: false,
      lookup: checked,
      signal,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('response', resolve);
    request.on('error', reject);
    // A server that switches to another protocol is answered with neither of them: the connection is gone, and nobody says so.
    request.on('close', () => reject(new Error('closed without a response')));
    request.end(body);
  });
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  const end = setTimeout(() => response.destroy(), REPLY_TIMEOUT_MS);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => clearTimeout(end));
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
  );

/** Names of errors of Node and OpenSSL that say that somebody answered, and not as who was asked for. */
const TLS = /CERT|TLS|SSL|EPROTO|UNABLE_TO_VERIFY|SELF_SIGNED/;

const codeOf = (error: unknown): OutgoingCode =>
  TLS.test((error as { code?: string }).code ?? '') ? 'tls_failed' : 'unreachable';
