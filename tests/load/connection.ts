import { connect, type Socket } from 'node:net';

export interface Reply {
  status: number;
  headers: string;
  body: string;
}

/**
 * One kept-alive HTTP/1.1 connection that sends prepared requests one after the other. A load generator shares its cores
 * with what it measures: this takes a few microseconds a request, where a full client takes a hundred.
 */
export class Connection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<Reply> | undefined;

  /** @param address such as `http://127.0.0.1:8001` */
  constructor(address: string) {
    const url = new URL(address);
    this.#host = url.hostname;
    this.#port = Number(url.port);
  }

  /**
   * Sends a request made by `prepareRequest` and waits for its answer. A connection that broke is opened anew.
   * @throws Error when the connection breaks or nothing comes within `timeoutMs`
   */
  async send(request: Buffer, timeoutMs = 30_000): Promise<Reply> {
    const waiting = Promise.withResolvers<Reply>();
    this.#waiting = waiting;
    this.#socket ??= this.#open();
    this.#socket.write(request);
    const timer = setTimeout(() => this.#fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#read();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      if (this.#socket === socket) this.#fail(new Error('the connection was closed'));
    });
    return socket;
  }

  #read(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = this.#received.toString('latin1', 0, end);
    const length = Number(/^content-length: *(\d+)/im.exec(headers)?.[1] ?? 0);
    const bodyStart = end + 4;
    if (this.#received.length < bodyStart + length) return;
    const body = this.#received.toString('utf8', bodyStart, bodyStart + length);
    this.#received = this.#received.subarray(bodyStart + length);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (/^connection: *close/im.test(headers)) this.close();
    waiting?.resolve({ status: Number(headers.slice(9, 12)), headers, body });
  }

  #fail(error: Error): void {
    this.close();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

/** A request as bytes, made once and sent as often as one likes. */
export function prepareRequest(path: string, secret: string, body: string): Buffer {
  const content = Buffer.from(body);
  const head =
    `POST ${path} HTTP/1.1\r\nhost: tokengrip\r\nauthorization: Bearer ${secret}\r\n` +
    `content-type: application/json\r\ncontent-length: ${content.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content]);
}
