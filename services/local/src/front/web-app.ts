import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Server } from '@tokengrip/core/http/server';
import { SECURITY_HEADERS } from './security-headers.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * Serves the built web app: its files, and index.html for every other path, which the app itself understands. Files below
 * assets/ carry a hash of their content in their names and may be kept for ever; everything else is asked for again.
 */
export async function serveWebApp(server: Server, folder: string): Promise<void> {
  await server.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  server.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value);
  });
  server.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const path = request.params['*'];
    const isAsset = path.startsWith('assets/');
    if (path !== '' && (await isFile(folder, path))) {
      const life = isAsset ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
      return reply.header('cache-control', life).sendFile(path);
    }
    // A page of an older build asks for a file that is gone: the page for it would be taken for a script.
    if (isAsset) return reply.callNotFound();
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}

async function isFile(folder: string, path: string): Promise<boolean> {
  const file = join(folder, path);
  if (!file.startsWith(folder + sep) || path.includes('\0')) return false;
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
