import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { identify, isRunning, type ProcessIdentity } from './processes.ts';
import { endLeftover, type ServerSpec, startServer } from './server-process.ts';

let directory: string;
const children: ChildProcess[] = [];

const specFor = (shell: string): ServerSpec => ({
  title: 'The server',
  directory,
  name: 'server',
  command: '/bin/sh',
  args: ['-c', shell],
  env: process.env,
  cwd: directory,
  stopSignal: 'SIGTERM',
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokengrip-server-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

async function running(pid: number): Promise<ProcessIdentity> {
  const identity = await identify(pid);
  if (!identity) throw new Error(`The process ${pid} does not run.`);
  return identity;
}

/** Another process that starts the server and says its id. */
async function startElsewhere(spec: ServerSpec): Promise<{ owner: ChildProcess; server: ProcessIdentity }> {
  const module = JSON.stringify(join(import.meta.dirname, 'server-process.ts'));
  const main = `import { startServer } from ${module}; console.log((await startServer(${JSON.stringify(spec)})).pid);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', main]);
  children.push(owner);
  const [line] = await once(owner.stdout, 'data');
  return { owner, server: await running(Number(line)) };
}

it('stops in order', async () => {
  const server = await startServer(
    specFor('trap "echo stopped in order; exit" TERM; echo ready; while :; do sleep 0.05; done'),
  );
  await vi.waitFor(async () => expect(await server.logTail()).toBe('ready'));
  await Promise.all([server.stop(), server.stop()]);
  expect(server.hasEnded()).toBe(true);
  expect(await server.logTail()).toBe('ready\nstopped in order');
});

it('notices that the server has ended by itself', async () => {
  const server = await startServer(specFor('echo broken; exit 3'));
  await server.ended;
  expect(server.hasEnded()).toBe(true);
  expect(await server.logTail()).toBe('broken');
  await server.stop();
});

it('gives the server its input', async () => {
  const server = await startServer({ ...specFor('read -r line; echo "got $line"'), input: 'a secret\n' });
  await server.ended;
  expect(await server.logTail()).toBe('got a secret');
});

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'ends the server when the process that started it ends by %s',
  async (signal) => {
    const { owner, server } = await startElsewhere(specFor('exec sleep 600'));
    owner.kill(signal);
    await vi.waitFor(async () => expect(await isRunning(server)).toBe(false), { timeout: 5_000 });
  },
);

it('refuses what the process that started it still uses', async () => {
  const spec = specFor('exec sleep 600');
  const { owner, server } = await startElsewhere(spec);
  await expect(endLeftover(spec)).rejects.toThrow(`is in use by process ${owner.pid}; stop that first.`);
  expect(await isRunning(server)).toBe(true);
});

it('ends what was left running', async () => {
  const child = spawn('sleep', ['600']);
  children.push(child);
  await once(child, 'spawn');
  const server = await running(child.pid ?? 0);
  const gone = { pid: process.pid, started: 'another time' };
  await writeFile(join(directory, 'server.json'), JSON.stringify({ server, owner: gone }));
  await endLeftover(specFor(''));
  expect(await isRunning(server)).toBe(false);
});

it('leaves a process alone that was only given the same id', async () => {
  const child = spawn('sleep', ['600']);
  children.push(child);
  await once(child, 'spawn');
  const server = await running(child.pid ?? 0);
  const gone = { pid: process.pid, started: 'another time' };
  await writeFile(
    join(directory, 'server.json'),
    JSON.stringify({ server: { ...server, started: 'before' }, owner: gone }),
  );
  await endLeftover(specFor(''));
  expect(await isRunning(server)).toBe(true);
});
