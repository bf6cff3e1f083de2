/** Builds what is published: JavaScript and types, into `dist` (or the folder that is named). */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const compiler = fileURLToPath(import.meta.resolve('typescript/package.json'));

rmSync(out, { recursive: true, force: true });
execFileSync(process.execPath, [join(compiler, '../bin/tsc'), '--project', 'tsconfig.build.json', '--outDir', out], {
  cwd: here,
  stdio: 'inherit',
});

// The compiler rewrites the imports of the code and leaves those of the types, which older compilers cannot follow.
for (const path of globSync('**/*.d.ts', { cwd: out })) {
  const types = readFileSync(join(out, path), 'utf8');
  writeFileSync(join(out, path), types.replaceAll(/(from '\.[^']+)\.ts'/g, "$1.js'"));
}
