/** A receiver of webhooks: answers 204, and prints what came, a line of JSON each. */
import { createServer } from 'node:http';

const PORT = 9_000;

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { method, url, headers } = request;
    console.log(JSON.stringify({ method, url, headers, body: Buffer.concat(parts).toString('utf8') }));
    response.writeHead(204).end();
  });
}).listen(PORT);
