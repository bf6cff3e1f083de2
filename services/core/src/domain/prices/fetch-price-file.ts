import { SECOND } from '../../clock.ts';
import { MAX_PRICE_FILE_BYTES, type PriceRunCode } from '../../contract/prices.ts';

export interface FetchOptions {
  url: string;
  /** Of the file that is known: the server need not send it again. */
  etag?: string | undefined;
  lastModified?: string | undefined;
  /** For everything together. */
  timeoutMs?: number | undefined;
  /** Without anything arriving. */
  idleTimeoutMs?: number | undefined;
  /** Of the file, after decompression. */
  maxBytes?: number | undefined;
}

type FetchResult =
  | { status: 'fetched'; text: string; etag?: string; lastModified?: string }
  | { status: 'not_modified' }
  | FetchProblem;

/** `refused`: what there is must not be used. `failed`: nothing usable came; it may come another time. */
interface FetchProblem {
  status: 'refused' | 'failed';
  code: PriceRunCode;
  message: string;
}

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches a price file, and trusts nothing about the server: neither its time, nor the size that it states, nor where it
 * sends to. What the file is, its content says. Never throws.
 */
export async function fetchPriceFile(options: FetchOptions): Promise<FetchResult> {
  const { timeoutMs = 30 * SECOND, idleTimeoutMs = 10 * SECOND, maxBytes = MAX_PRICE_FILE_BYTES } = options;
  const abort = new AbortController();
  const stop = (message: string) => abort.abort(new Problem('failed', 'timed_out', message));
  const total = setTimeout(
    () => stop(`The server did not send the file within ${timeoutMs / SECOND} seconds`),
    timeoutMs,
  );
  const idle = setTimeout(() => stop(`The server sent nothing for ${idleTimeoutMs / SECOND} seconds`), idleTimeoutMs);
  try {
    const response = await follow(options, abort.signal, () => idle.refresh());
    idle.refresh();
    if (response.status === 304) return { status: 'not_modified' };
    if (response.status !== 200) {
      throw new Problem('failed', 'bad_status', `The server answered with the status ${response.status}`);
    }
    const text = await readText(response, maxBytes, () => idle.refresh());
    const etag = headerOf(response, 'etag');
    const lastModified = headerOf(response, 'last-modified');
    return { status: 'fetched', text, ...(etag && { etag }), ...(lastModified && { lastModified }) };
  } catch (error) {
    const problem = abort.signal.aborted ? abort.signal.reason : error;
    if (problem instanceof Problem) return { status: problem.status, code: problem.code, message: problem.message };
    return { status: 'failed', code: 'unreachable', message: `The server could not be reached: ${reasonOf(error)}` };
  } finally {
    clearTimeout(total);
    clearTimeout(idle);
    // Whatever was not read is not waited for.
    abort.abort();
  }
}

class Problem extends Error {
  readonly status: FetchProblem['status'];
  readonly code: PriceRunCode;

  constructor(status: FetchProblem['status'], code: PriceRunCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** An http or https address, or `undefined`. */
export function parseHttpUrl(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base?.href);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** An address as people may see it: credentials and query may be secrets. */
export const describeUrl = (text: string): string => {
  const url = URL.parse(text);
  return url === null || url.host === '' ? 'an invalid address' : url.origin + url.pathname;
};

async function follow(options: FetchOptions, signal: AbortSignal, progress: () => void): Promise<Response> {
  let url = parseHttpUrl(options.url);
  if (!url) throw new Problem('refused', 'invalid_url', 'The configured address is not an http or https address');
  for (let redirects = 0; ; redirects += 1) {
    const response: Response = await fetch(withoutCredentials(url), {
      redirect: 'manual',
      signal,
      headers: headersFor(url, options),
    });
    progress();
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    if (redirects === MAX_REDIRECTS) {
      throw new Problem('failed', 'too_many_redirects', `The server sent on more than ${MAX_REDIRECTS} times`);
    }
    const next = parseHttpUrl(response.headers.get('location') ?? '', url);
    if (
      !next ||
      response.headers.get('location') === null ||
      (url.protocol === 'https:' && next.protocol === 'http:')
    ) {
      const reason = 'The server sent on to something that is not an http or https address, or from https to http';
      throw new Problem('failed', 'redirect_refused', reason);
    }
    // A redirect carries no credentials of its own, and does not inherit those of another server.
    if (next.origin === url.origin) [next.username, next.password] = [url.username, url.password];
    else [next.username, next.password] = ['', ''];
    url = next;
  }
}

function headersFor(url: URL, { etag, lastModified }: FetchOptions): Record<string, string> {
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    accept: 'application/json, text/plain;q=0.9',
    'user-agent': 'tokengrip',
    ...(url.username === '' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}

/** Counts what arrives as it arrives: a stated size can be wrong, and a small body can unpack to a large one. */
async function readText(response: Response, maxBytes: number, progress: () => void): Promise<string> {
  const tooLarge = () =>
    new Problem('refused', 'too_large', `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`);
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    progress();
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return decodePriceFile(Buffer.concat(chunks));
}

/** JSON is UTF-8 (RFC 8259); what is not cannot be read as JSON, whatever it is. */
export function decodePriceFile(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

/** Kept to be sent back: a header of any length is not. */
function headerOf(response: Response, name: string): string | undefined {
  const value = response.headers.get(name);
  return value !== null && value !== '' && value.length <= 500 ? value : undefined;
}

/** `fetch` hides what happened behind "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
}
