import { createServer, type Server } from '@tokengrip/core/http/server';
import type { Log } from '@tokengrip/core/log';
import { proxyTo } from './proxy.ts';
import { serveWebApp } from './web-app.ts';

/** The services behind it enforce their own limits; bodies only pass through here. */
const BODY_LIMIT_BYTES = 1024 * 1024 * 1024;

export interface FrontConfig {
  /** The built web app. */
  readonly webFolder: string;
  readonly ingestUrl: string;
  readonly apiUrl: string;
  /** Addresses of proxies in front of this one, whose X-Forwarded-For is believed. */
  readonly trustedProxies: string[];
}

/** The one door to everything, as nginx is in the containers: the pages, `/v1` to the ingest, `/api` to the api. */
export async function buildFrontApp(config: FrontConfig, log: Log): Promise<Server> {
  const server = createServer({ log, bodyLimitBytes: BODY_LIMIT_BYTES, trustedProxies: config.trustedProxies });
  await serveWebApp(server, config.webFolder);
  await proxyTo(server, '/v1', config.ingestUrl);
  await proxyTo(server, '/api', config.apiUrl);
  return server;
}
