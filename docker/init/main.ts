/** The first container to run: it puts the suite's secrets into the volume that the others read, and ends. */
import { ConfigError } from '@tokengrip/core/config';
import { keepSecrets } from './secrets.ts';

const FOLDER = process.env.SECRETS_DIR || '/secrets';

try {
  await keepSecrets(FOLDER, process.env, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
