import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  signature: string;
  delivery: string;
  /** As it came, before any parsing. */
  body: string;
  event: string;
  title: string;
}

export interface WebhookReceiver {
  url: string;
  received: ReceivedWebhook[];
  /** Answers with this status from now on. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

const header = (value: string | string[] | undefined) => String(value ?? '');

/** A program on this machine that is told of alerts. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { event, alert } = JSON.parse(body) as { event: string; alert: { title: string } };
      received.push({
        signature: header(request.headers['x-tokengrip-signature']),
        delivery: header(request.headers['x-tokengrip-delivery']),
        body,
        event,
        title: alert.title,
      });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    received,
    answerWith(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
