import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { UsageRecord } from '../src/record/usage-record.ts';

export interface Delivery {
  headers: IncomingHttpHeaders;
  path: string;
  /** The sender's end of the connection. */
  port: number | undefined;
  /** The bytes as they came over the wire. */
  raw: Buffer;
  /** The JSON text in them. */
  text: string;
  records: UsageRecord[];
}

/** How a delivery is answered; records count as stored only if the status is 200. */
export interface IngestReply {
  status?: number;
  headers?: Record<string, string>;
  /** Default: what a Tokengrip answers. */
  body?: string;
  rejected?: { index: number; code: string; field: string; message: string }[];
  /** No answer at all. */
  hang?: boolean;
}

export interface IngestServer {
  url: string;
  /** Every request, whatever it was answered. */
  deliveries: Delivery[];
  /** The records that were stored. */
  records: UsageRecord[];
  /** Scripts the next answers, or with a function every answer from now on. */
  reply(...replies: IngestReply[]): void;
  replyAlways(decide: (delivery: Delivery) => IngestReply): void;
  /** Resolves when so many requests have arrived. */
  received(count: number): Promise<void>;
  /** Resolves when so many records are stored. */
  stored(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A stand-in for the ingest service on the loopback address, which keeps what arrives on the wire. */
export async function startIngestServer(port = 0): Promise<IngestServer> {
  const deliveries: Delivery[] = [];
  const records: UsageRecord[] = [];
  const waiting: { reached: () => boolean; resolve: () => void }[] = [];
  let replies: IngestReply[] = [];
  let always: (delivery: Delivery) => IngestReply = () => ({});

  const notify = () => {
    for (const { resolve } of waiting.filter(({ reached }) => reached())) resolve();
  };
  const when = (reached: () => boolean) =>
    new Promise<void>((resolve) => {
      if (reached()) resolve();
      else waiting.push({ reached, resolve });
    });

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const raw = Buffer.concat(pieces);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
      const body = JSON.parse(text) as { records: UsageRecord[] };
      const { headers, url: path = '', socket } = request;
      const delivery = { headers, path, port: socket.remotePort, raw, text, records: body.records };
      deliveries.push(delivery);
      const reply = replies.shift() ?? always(delivery);
      if (reply.hang !== true) answer(response, delivery, reply);
      notify();
    });
  });

  function answer(response: ServerResponse, delivery: Delivery, reply: IngestReply): void {
    const { status = 200, rejected = [] } = reply;
    if (status === 200 && reply.body === undefined) {
      records.push(...delivery.records.filter((_, index) => !rejected.some((one) => one.index === index)));
    }
    response.writeHead(status, { 'content-type': 'application/json', ...reply.headers });
    const accepted = delivery.records.length - rejected.length;
    response.end(reply.body ?? JSON.stringify({ accepted, duplicates: 0, rejected }));
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    records,
    reply: (...more) => {
      replies = [...replies, ...more];
    },
    replyAlways: (decide) => {
      always = decide;
    },
    received: (count) => when(() => deliveries.length >= count),
    stored: (count) => when(() => records.length >= count),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
