import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

/** As a person runs it: another process, with nothing set. */
function tokengrip(args: string[], stdin = ''): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

it('lists its commands when it is asked, and when it is called wrongly', async () => {
  const help = await tokengrip(['--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  for (const command of ['create-key', 'price', 'prices', 'migrate']) expect(help.stdout).toContain(`  ${command}`);
  expect(await tokengrip([])).toEqual({ exitCode: 2, stdout: '', stderr: help.stdout });
  const unknown = await tokengrip(['constructor']);
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
  expect(unknown.stderr).toBe(`There is no command "constructor".\n\n${help.stdout}`);
});

it('hands over arguments and standard input, and ends with the command’s code', async () => {
  const line = { source: 'openai.chat', model: 'gpt-4o', usage: { prompt_tokens: 1_000_000, completion_tokens: 0 } };
  const priced = await tokengrip(['price'], `${JSON.stringify(line)}\n`);
  expect(priced).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(priced.stdout)).toEqual(expect.any(Object));
  expect((await tokengrip(['price', '--prices', '/nowhere.json'])).exitCode).toBe(2);
});

it('names what is missing in the environment, without a stack trace', async () => {
  const { exitCode, stderr } = await tokengrip(['migrate']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('DATABASE_URL is missing');
  expect(stderr).not.toContain('    at ');
});
