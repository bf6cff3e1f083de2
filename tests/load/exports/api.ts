import { setTimeout as delay } from 'node:timers/promises';
import type { Export, NewExport } from '@tokengrip/core/contract/exports';
import type { FoundFile } from './read-file.ts';

const PERSON = { email: 'ada@load.test', name: 'Ada', password: 'a long enough password' };

interface Pace {
  /** For so long only a little is taken at a time, so that whoever sends has to wait. */
  slowForMs: number;
}

/** A few hundred kilobytes a second. */
const SLOW_PAUSE_MS = 100;

/** The api as a person's browser uses it. */
export class ApiClient {
  readonly #address: string;
  #cookies = '';

  constructor(address: string) {
    this.#address = address;
  }

  /** The first person of the installation. */
  async setUp(): Promise<void> {
    await this.#enter('/auth/setup', PERSON);
  }

  /** A session ends after some minutes, and an export may take longer. */
  async logIn(): Promise<void> {
    await this.#enter('/auth/login', { email: PERSON.email, password: PERSON.password });
  }

  async #enter(path: string, body: object): Promise<void> {
    const reply = await this.#send('POST', path, body);
    this.#cookies = reply.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  async send<Reply>(method: string, path: string, body?: object): Promise<Reply> {
    const reply = await this.#send(method, path, body);
    return (reply.status === 204 ? undefined : await reply.json()) as Reply;
  }

  /** @throws Error for any answer that is not a success */
  async #send(method: string, path: string, body?: object): Promise<Response> {
    const reply = await fetch(`${this.#address}/api/v1${path}`, {
      method,
      headers: {
        ...(this.#cookies === '' ? {} : { cookie: this.#cookies }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }

  /**
   * Fetches a file and has it read as it comes.
   * @throws Error when the connection breaks before its end
   */
  async read(
    path: string,
    reader: { take(piece: Buffer): void; end(): FoundFile },
    { slowForMs = 0 }: Partial<Pace> = {},
  ): Promise<FoundFile> {
    const reply = await this.#send('GET', path);
    const slowUntil = performance.now() + slowForMs;
    for await (const piece of reply.body ?? []) {
      reader.take(Buffer.from(piece));
      if (performance.now() < slowUntil) await delay(SLOW_PAUSE_MS);
    }
    const found = reader.end();
    const said = reply.headers.get('content-length');
    if (said !== null && Number(said) !== found.sizeBytes) {
      found.fault ??= `has ${found.sizeBytes} bytes, and ${said} were announced`;
    }
    return found;
  }

  beginExport(wanted: Omit<NewExport, 'what'>): Promise<Export> {
    return this.send('POST', '/exports', { what: 'records', ...wanted });
  }

  /** @throws Error when it has failed */
  async waitForExport(id: number, whileRunning?: (now: Export) => Promise<void>): Promise<Export> {
    for (;;) {
      const found = await this.send<Export>('GET', `/exports/${id}`);
      if (found.state === 'done') return found;
      if (found.state === 'failed') throw new Error(`the export ${id} has failed`);
      await whileRunning?.(found);
      await delay(100);
    }
  }
}

/** Where the file of an export that is done is fetched. */
export function downloadPath({ download }: Export): string {
  if (!download) throw new Error('there is no link to the file');
  return download.path.replace(/^\/api\/v1/, '');
}
