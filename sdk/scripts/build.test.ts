import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SDK = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
/** Of a project that has nothing installed but the package. */
let installed: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokengrip-build-'));
  installed = join(folder, 'project/node_modules/tokengrip');
  mkdirSync(installed, { recursive: true });
  for (const file of ['package.json', 'README.md', 'LICENSE']) copyFileSync(join(SDK, file), join(folder, file));
  run('node', [join(SDK, 'scripts/build.mjs'), join(folder, 'dist')]);
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts']));
  run('tar', ['-xzf', filename, '-C', installed, '--strip-components=1']);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: string[], cwd = folder): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

it('packs code, types, README and licence, and nothing of the sources', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest).not.toHaveProperty('dependencies');
  const files = run('find', ['.', '-type', 'f'], installed).trim().split('\n');
  expect(files).toEqual(expect.arrayContaining(['./dist/index.js', './dist/index.d.ts', './README.md', './LICENSE']));
  const known = /^\.\/(package\.json|README\.md|LICENSE|dist\/([a-z-]+\/)*[a-z-]+\.(js|d\.ts))$/;
  expect(files.filter((path) => !known.test(path))).toEqual([]);
  expect(files.filter((path) => /test/.test(path))).toEqual([]);
});

it('runs in a project that has nothing else installed', () => {
  const program = `
    import { Tokengrip, wrapOpenAI } from 'tokengrip';
    const tokengrip = new Tokengrip({ enabled: false });
    const client = { chat: { completions: { create: () => 1 } } };
    console.log(wrapOpenAI(client, tokengrip).chat.completions.create(), await tokengrip.close());`;
  expect(run('node', ['--input-type=module', '-e', program], join(folder, 'project'))).toBe('1 true\n');
});

it('has types that stand on their own', () => {
  writeFileSync(
    join(folder, 'project/main.ts'),
    `import { Tokengrip, type UsageRecord, wrapAnthropic, type WrapOptions } from 'tokengrip';
     const tokengrip: Tokengrip = new Tokengrip({ onWarning: ({ code, message }) => console.warn(code, message) });
     const options: WrapOptions = { feature: 'f', provider: 'anthropic' };
     const client = wrapAnthropic({ messages: { create: async (body: { model: string }) => body.model } }, tokengrip, options);
     const model: Promise<string> = client.messages.create({ model: 'm' });
     const record: UsageRecord = { source: 'openai.chat', model: await model };
     tokengrip.track(record);`,
  );
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    noEmit: true,
    lib: ['es2022', 'dom'],
    types: [],
  };
  writeFileSync(join(folder, 'project/tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  writeFileSync(join(folder, 'project/package.json'), '{"type":"module"}');
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json'));
  expect(run(process.execPath, [join(compiler, '../bin/tsc'), '-p', join(folder, 'project')])).toBe('');
});
