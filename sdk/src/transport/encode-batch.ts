import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { VERSION } from '../version.ts';
import type { OutgoingRequest } from './transport.ts';

/** Below this a compressed body is not smaller by anything that matters. */
const GZIP_FROM_BYTES = 1_024;

const compress = promisify(gzip);

/** Builds the request of a batch from records that are JSON already. Compresses off the host's thread. */
export async function encodeBatch(
  records: readonly { json: string }[],
  apiKey: string,
  more: Record<string, string> = {},
): Promise<OutgoingRequest> {
  const text = `{"records":[${records.map(({ json }) => json).join(',')}]}`;
  const headers: Record<string, string> = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': `tokengrip-js/${VERSION}`,
    ...more,
  };
  const body = Buffer.from(text);
  if (body.byteLength < GZIP_FROM_BYTES) return { headers, body };
  const compressed = await compress(body).catch(() => undefined);
  if (compressed === undefined) return { headers, body };
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed };
}
