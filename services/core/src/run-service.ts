import { ConfigError, type Environment } from './config.ts';
import type { Log } from './log.ts';
import { type Shutdown, stopOnSignals } from './shutdown.ts';

/** The whole of a service's process: start as the environment says, stop on a signal, say plainly why it cannot start. */
export async function runService(
  start: (env: Environment) => Promise<{ log: Log; shutdown: Shutdown }>,
): Promise<void> {
  try {
    const { log, shutdown } = await start(process.env);
    stopOnSignals(shutdown, log);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`);
    process.exit(1);
  }
}
