// The only code that must run on whatever Node a fresh machine has (20 or later), with nothing installed: it makes
// Node 24 and the packages available, then hands over to TypeScript. Progress goes to stderr, and nothing is said
// when nothing needs doing, so that the command's own output can be piped.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from './bootstrap/errors.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { findNode, installNode } from './bootstrap/node.mjs';
import { installPackages, packagesAreCurrent } from './bootstrap/packages.mjs';
import { runCommand } from './bootstrap/run.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @type {Record<string, { script: string, supervised: boolean } | undefined>} */
const commands = {
  start: { script: 'services/local/src/main.ts', supervised: true },
  test: { script: 'services/local/src/test.ts', supervised: true },
  cli: { script: 'services/local/src/cli.ts', supervised: false },
  bench: { script: 'tests/bench/main.ts', supervised: false },
  load: { script: 'tests/load/main.ts', supervised: false },
  smoke: { script: 'tests/compose/smoke.ts', supervised: false },
};

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new StartError(`Say what to run: ${Object.keys(commands).join(', ')}.`);
  const node = await prepare();
  return runCommand({ node, script: join(root, command.script), args, supervised: command.supervised });
}

/** Returns the path of a Node of at least version 24, with the packages installed. */
async function prepare() {
  const node = await findNode(root);
  if (node && (await packagesAreCurrent(root))) return node;
  return withLock(join(root, '.tokengrip', 'bootstrap.lock'), async () => {
    const installed = (await findNode(root)) ?? (await installNode(root));
    if (!(await packagesAreCurrent(root))) await installPackages(root, installed);
    return installed;
  });
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error) => {
    process.stderr.write(`${error instanceof StartError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  },
);
