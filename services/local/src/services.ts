// `node services/local/src/services.ts`: Postgres and Redis for running single tests again and again, e.g. in a watcher.
// Prints their addresses as shell variables and runs until it is stopped.
import { startTestServices } from './test-services.ts';
import { untilStopped } from './until-stopped.ts';

const stopped = untilStopped();
const services = await startTestServices((line) => process.stderr.write(`${line}\n`));
for (const [name, value] of Object.entries(services.env)) process.stdout.write(`export ${name}='${value}'\n`);
await stopped;
await services.stop();
