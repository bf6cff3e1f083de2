import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFailure } from './errors.mjs';
import { capture, environmentFor, impatient } from './run.mjs';

/** The pnpm that installs; pinned, so that every machine gets the same tree from the same lock file. */
const PNPM_VERSION = '12.21.0';

/**
 * @param {string} root the checkout
 * @returns {Promise<boolean>} whether node_modules was completed from the lock file as it is now, on this kind of machine
 */
export async function packagesAreCurrent(root) {
  const [stamp, wanted] = await Promise.all([readFile(stampFile(root), 'utf8').catch(() => ''), fingerprint(root)]);
  return stamp === wanted;
}

/**
 * Installs exactly what the lock file says.
 * @param {string} root the checkout
 * @param {string} node the path of the Node that runs the install scripts
 */
export async function installPackages(root, node) {
  process.stderr.write('Installing the packages …\n');
  const wanted = await fingerprint(root);
  // Without CI pnpm would ask before it replaces an unfit node_modules, and there may be nobody to answer.
  const env = { ...impatient(environmentFor(node)), CI: 'true' };
  const args = ['-y', `pnpm@${PNPM_VERSION}`, 'install', '--frozen-lockfile', '--reporter=append-only'];
  const result = await capture('npx', args, { cwd: root, env });
  if (result.exitCode !== 0) throw explainFailure('Installing the packages', result.output);
  await writeFile(stampFile(root), wanted);
}

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.tokengrip-stamp');

/**
 * Optional packages differ by platform: a checkout shared with a container of another kind is installed anew.
 * @param {string} root
 */
async function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(await readFile(join(root, name)));
  return hash.digest('hex');
}
