import { PassThrough, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';

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

function decoded(payload: Readable, decoder: ReturnType<(typeof DECODERS)['gzip']> | PassThrough) {
  const counted = Object.assign(decoder, { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    counted.receivedEncodedLength += chunk.length;
  });
  payload.on('error', (error) => decoder.destroy(error));
  decoder.on('error', () => payload.resume());
  const out = new PassThrough();
  decoder.on('error', () =>
    out.destroy(new AppError('malformed_json', 'The body cannot be decompressed as its Content-Encoding says')),
  );
  Object.defineProperty(out, 'receivedEncodedLength', { get: () => counted.receivedEncodedLength });
  payload.pipe(decoder).pipe(out);
  return out;
}
