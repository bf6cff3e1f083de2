import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capture, environmentFor } from './run.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokengrip-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that runs the script by runCommand(), as bootstrap.mjs does. */
async function start(script: string, args: string[] = [], supervised = false) {
  const file = join(folder, 'script.mjs');
  await writeFile(file, script);
  const run = join(import.meta.dirname, 'run.mjs');
  const command = JSON.stringify({ node: process.execPath, script: file, args, supervised });
  const main = `import { runCommand } from ${JSON.stringify(run)}; process.exitCode = await runCommand(${command});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', main]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, output }));
  return { child, ended };
}

describe('the command', () => {
  it('gets the arguments and the input, and its output and exit code come back', async () => {
    const { child, ended } = await start(
      'process.stdin.on("data", (text) => console.log(process.argv.slice(2).join("|"), String(text))); process.stdin.on("end", () => process.exit(7));',
      ['a b', '--flag'],
    );
    child.stdin.end('hello');
    expect(await ended).toEqual({ exitCode: 7, output: 'a b|--flag hello\n' });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('gets %s and ends in its own way', async (signal) => {
    const { child, ended } = await start(
      `process.on('${signal}', () => { console.log('stopping'); process.exit(3); }); setInterval(() => {}, 1000); console.log('ready');`,
    );
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await ended).toEqual({ exitCode: 3, output: 'ready\nstopping\n' });
  });

  it('that a signal ends gives the exit code of shells', async () => {
    const { ended } = await start('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);');
    expect((await ended).exitCode).toBe(137);
  });

  it('when supervised, notices that its starter was killed', async () => {
    const { child } = await start(
      `process.on('disconnect', () => process.stdout.write('alone', () => process.exit())); console.log('ready');`,
      [],
      true,
    );
    await once(child.stdout, 'data');
    const rest = once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect(String((await rest)[0])).toBe('alone');
  });

  it('that npm has started ends when the shell between them is gone', async () => {
    const file = join(folder, 'script.mjs');
    await writeFile(
      file,
      'process.on("SIGTERM", () => { console.log("stopping"); process.exit(); }); setInterval(() => {}, 1000); console.log("ready");',
    );
    const command = JSON.stringify({ node: process.execPath, script: file, args: [], supervised: true });
    const main = `(await import(${JSON.stringify(join(import.meta.dirname, 'run.mjs'))})).runCommand(${command})`;
    const shell = spawn('/bin/sh', ['-c', `'${process.execPath}' --input-type=module -e '${main}'; true`], {
      env: { ...process.env, npm_lifecycle_event: 'start' },
    });
    await once(shell.stdout, 'data');
    const rest = once(shell.stdout, 'data');
    shell.kill('SIGTERM');
    expect(String((await rest)[0])).toBe('stopping\n');
  });

  it('finds the chosen Node first on the PATH', () => {
    expect(environmentFor('/tools/bin/node', { PATH: '/usr/bin' })).toEqual({ PATH: '/tools/bin:/usr/bin' });
  });
});

describe('a captured command', () => {
  it('gives its exit code and what it printed', async () => {
    expect(await capture('/bin/sh', ['-c', 'echo out; exit 4'])).toEqual({ exitCode: 4, output: 'out\n' });
  });

  it('says that npm is missing', async () => {
    await expect(capture('npm', [], { env: { PATH: folder } })).rejects.toThrow('npm is not on the PATH');
  });
});
