// `npm start`: the whole suite on one port, without Docker.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, logConfig, Port, readConfig } from '@tokengrip/core/config';
import { createLog } from '@tokengrip/core/log';
import { createShutdown } from '@tokengrip/core/shutdown';
import Type from 'typebox';
import { root, stateFolder, toolsFolder } from './paths.ts';
import { isPortFree } from './ports.ts';
import { SetupError } from './setup-error.ts';
import { portTaken, startSuite } from './suite.ts';
import { untilStopped } from './until-stopped.ts';
import { buildWeb, webFolder } from './web-build.ts';

const STOP_TIMEOUT_MS = 60_000;

const say = (line: string) => void process.stderr.write(`${line}\n`);

const envFile = join(root, '.env');
if (existsSync(envFile)) process.loadEnvFile(envFile);

/** Returns the exit code. */
async function main(): Promise<number> {
  const config = readConfig(
    {
      /** Everybody on this machine, and nobody else, unless it is widened. */
      HOST: Type.String({ minLength: 1, default: 'localhost' }),
      PORT: Port(8080),
      // Somebody reads this terminal: nothing is written while all is well.
      LOG_LEVEL: { ...logConfig.LOG_LEVEL, default: 'warn' as const },
    },
    process.env,
  );
  const log = createLog({ service: 'local', level: config.LOG_LEVEL });
  const shutdown = createShutdown(log);
  const stopping = new AbortController();
  const stopped = untilStopped().then(() => {
    stopping.abort();
    setTimeout(() => {
      say('Not everything stopped in time.');
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
  });

  try {
    if (!(await isPortFree(config.PORT, config.HOST))) throw portTaken(config.PORT);
    await buildWeb(say);
    const suite = await startSuite(
      {
        stateFolder,
        toolsFolder,
        webFolder,
        host: config.HOST,
        port: config.PORT,
        env: { ...process.env, LOG_LEVEL: config.LOG_LEVEL },
        log,
        say,
        signal: stopping.signal,
      },
      shutdown,
    );
    process.stdout.write(`Tokengrip is ready: ${suite.address.replace(/127\.0\.0\.1|\[::1\]/, 'localhost')}\n`);
    const broken = await Promise.race([stopped, suite.broken]);
    if (!broken) return 0;
    say(`${broken} has ended; its log is in ${stateFolder}.`);
    return 1;
  } catch (error) {
    // Whatever fails while everything is being stopped fails because of that.
    if (stopping.signal.aborted) return 0;
    throw error;
  } finally {
    await shutdown.run();
    log.flush();
  }
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    const known = error instanceof SetupError || error instanceof ConfigError;
    say(known ? error.message : String(error instanceof Error ? error.stack : error));
    process.exit(1);
  },
);
