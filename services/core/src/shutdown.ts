import type { Log } from './log.ts';

interface Step {
  name: string;
  run: () => Promise<unknown> | unknown;
}

export interface Shutdown {
  /** Adds what must be undone; undone in reverse order. */
  push(name: string, run: Step['run']): void;
  /** Runs every step once, the last pushed first; a step that fails does not stop the others. */
  run(): Promise<void>;
}

/** A service starts from the bottom up (database, queue, server) and stops from the top down. */
export function createShutdown(log: Log): Shutdown {
  const steps: Step[] = [];
  let running: Promise<void> | undefined;

  async function undo(): Promise<void> {
    for (let step = steps.pop(); step; step = steps.pop()) {
      log.debug({ step: step.name }, 'stopping');
      try {
        await step.run();
      } catch (error) {
        log.error({ err: error, step: step.name }, 'a step of the shutdown failed');
      }
    }
  }

  return {
    push: (name, run) => void steps.push({ name, run }),
    run: () => (running ??= undo()),
  };
}

/**
 * Ends the process in order on SIGTERM and SIGINT, and in disorder when that takes longer than `timeoutMs` or a second
 * signal comes.
 */
export function stopOnSignals(shutdown: Shutdown, log: Log, timeoutMs = 25_000): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.fatal({ timeoutMs }, 'could not stop in time');
      process.exit(1);
    }, timeoutMs).unref();
    void shutdown.run().then(() => {
      log.info('stopped');
      log.flush();
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
