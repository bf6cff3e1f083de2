// `npm run tokengrip`: the command of core, on the database of the suite that `npm start` runs here. An environment that
// names a database itself is left as it is.

import { findCommandAccess } from './command-access.ts';
import { stateFolder } from './paths.ts';

const NEEDS_DATABASE: ReadonlySet<string> = new Set(['check-rollups', 'create-key', 'prices', 'recost', 'reset-link']);

const [command = ''] = process.argv.slice(2);
if (NEEDS_DATABASE.has(command) && !process.env.DATABASE_URL) {
  const access = await findCommandAccess(stateFolder);
  if (!access) {
    process.stderr.write(
      'Tokengrip does not run here: `npm start` runs it; DATABASE_URL names a database elsewhere.\n',
    );
    process.exit(1);
  }
  Object.assign(process.env, access);
}
await import('@tokengrip/core/cli/main');
