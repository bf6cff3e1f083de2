import type { Server } from '@tokengrip/core/http/server';

declare module 'fastify' {
  interface FastifyInstance {
    /** Does something of which the one who asked is told nothing, not even by how long it takes. */
    afterReply(what: string, work: () => Promise<void>): void;
    /** Waits for all that was begun so. */
    settled(): Promise<void>;
  }
}

/** Closing the server waits for what is under way. */
export function workAfterReplies(server: Server): void {
  const running = new Set<Promise<void>>();
  const settled = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  server.decorate('settled', settled);
  server.decorate('afterReply', (what: string, work: () => Promise<void>) => {
    const run = new Promise((resolve) => setImmediate(resolve))
      .then(work)
      .catch((error: unknown) => server.log.error({ err: error }, `${what} failed after the reply`))
      .finally(() => running.delete(run));
    running.add(run);
  });
  server.addHook('onClose', settled);
}
