import { PassThrough, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { RequestPayload } from 'fastify';
import type { Turn } from './turns.ts';

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
  identity: () => new PassThrough(),
} as const;

/**
 * Decompresses bodies on their way in. Fastify's limit counts what comes out, so that a small body cannot become a
 * large one.
 */
export function acceptCompressedBodies(server: Server): void {
  server.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase();
    if (encoding === undefined || encoding === '' || encoding === 'identity') return payload;
    if (!Object.hasOwn(DECODERS, encoding)) {
      throw new AppError(
        'unsupported_media_type',
        `Content-Encoding must be one of ${Object.keys(DECODERS).join(', ')}`,
      );
    }
    return decoded(payload as Readable, DECODERS[encoding as keyof typeof DECODERS]());
  });
}

/** Bodies of JSON are read when it is their turn. */
export function readJsonInTurns(server: Server, turn: Turn): void {
  // As the server does everywhere: a property of these names is left out.
  const parse = server.getDefaultJsonParser('remove', 'remove');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    turn(body.length, request.raw.socket).then(() => parse(request, body, done), done);
  });
}

/**
 * The request stays open when its body is broken, so that it can be answered: what is left of it is thrown away.
 * `receivedEncodedLength` is what Fastify compares with Content-Length.
 */
function decoded(payload: Readable, decoder: Transform): RequestPayload {
  const body = new PassThrough();
  let received = 0;
  Object.defineProperty(body, 'receivedEncodedLength', { get: () => received });
  payload.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  payload.on('error', (error) => body.destroy(error));
  decoder.on('error', () => {
    payload.unpipe(decoder).resume();
    body.destroy(new AppError('malformed_json', 'The body cannot be decompressed as its Content-Encoding says'));
  });
  payload.pipe(decoder).pipe(body);
  return body;
}
