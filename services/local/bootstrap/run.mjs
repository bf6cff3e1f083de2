import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { codeOf, StartError } from './errors.mjs';

const PARENT_CHECK_MS = 500;

/**
 * The environment for child processes: `node` on their PATH is the given one.
 * @param {string} node its path
 * @param {NodeJS.ProcessEnv} [env]
 */
export function environmentFor(node, env = process.env) {
  return { ...env, PATH: `${dirname(node)}:${env.PATH ?? ''}` };
}

/**
 * Lets npm try again after seconds rather than after minutes, so that a missing network is soon told.
 * @param {NodeJS.ProcessEnv} env
 */
export function impatient(env) {
  return { ...env, npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '5000' };
}

/**
 * Runs a command and keeps what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ exitCode: number, output: string }>} stdout and stderr in one, in order of arrival
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const release = passSignals(child);
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => {
      release();
      const missing = codeOf(error) === 'ENOENT' && (command === 'npm' || command === 'npx');
      reject(missing ? new StartError(`${command} is not on the PATH; install npm and start again.`) : error);
    });
    child.on('close', (exitCode, signal) => {
      release();
      if (signal) reject(new StartError(`${command} was stopped (${signal}).`));
      else resolve({ exitCode: exitCode ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}

/**
 * Runs the command's script in this terminal: input, output and signals pass through.
 * @param {{ node: string, script: string, args: string[], supervised: boolean }} command `supervised` gives the child a
 *   channel whose end tells it that this process is gone, even after a kill -9, so that it stops what it has started
 * @returns {Promise<number>} the exit code; 128 + n if signal n ended it
 */
export function runCommand({ node, script, args, supervised }) {
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = supervised ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
    const child = spawn(node, [script, ...args], { stdio, env: environmentFor(node) });
    passSignals(child);
    const watch = supervised && process.env.npm_lifecycle_event ? stopWithParent(child) : undefined;
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearInterval(watch);
      resolve(exitCode ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * npm passes a signal to the shell that it has started this process by, and the shell ends without a word. Then nobody is
 * left to whom this command belongs.
 * @param {import('node:child_process').ChildProcess} child
 */
function stopWithParent(child) {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
}

/**
 * Hands this process's signals to the child and leaves it to the child to end. Ctrl-C reaches the child by itself as
 * well, as a member of the terminal's process group: it must bear the same signal twice.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} ends that
 */
function passSignals(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}
