import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses writes that a page of another site makes a browser send, cookies and all. Browsers say where a request comes
 * from in Sec-Fetch-Site, older ones in Origin; a program that is not a browser sends neither, and has no cookies to
 * abuse. The cookies are SameSite=Strict as well: this is the second lock.
 */
export function refuseCrossSiteWrites(server: Server): void {
  server.addHook('onRequest', async (request) => {
    if (SAFE_METHODS.has(request.method)) return;
    const { origin, host } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const foreign =
      site === undefined ? origin !== undefined && hostOf(origin) !== host : site !== 'same-origin' && site !== 'none';
    if (foreign) throw new AppError('forbidden', 'Requests of other sites are refused');
  });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
