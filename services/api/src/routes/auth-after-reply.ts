import type { Server } from '@tokengrip/core/http/server';

/** Does something of which the one who asked is told nothing, not even by how long it takes. */
export type AfterReply = (what: string, work: () => Promise<void>) => void;

/** Closing the server waits for what is under way. */
export function createAfterReply(server: Server): AfterReply {
  const running = new Set<Promise<void>>();
  server.addHook('onClose', async () => {
    await Promise.all(running);
  });
  return (what, work) => {
    const run = new Promise((resolve) => setImmediate(resolve))
      .then(work)
      .catch((error: unknown) => server.log.error({ err: error }, `${what} failed after the reply`))
      .finally(() => running.delete(run));
    running.add(run);
  };
}
