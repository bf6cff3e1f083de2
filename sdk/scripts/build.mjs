/**
 * Builds the package that is published into `dist` (or the folder that is named): JavaScript, types, manifest, README
 * and licence. The manifest of the workspace points to the sources; that of the package must not.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const {
  private: _,
  scripts,
  devDependencies,
  exports,
  ...manifest
} = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const published = {
  ...manifest,
  types: './index.d.ts',
  exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
};
writeFileSync(join(out, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
copyFileSync(join(here, 'README.md'), join(out, 'README.md'));
for (const folder of [here, join(here, '..')]) {
  if (existsSync(join(folder, 'LICENSE'))) copyFileSync(join(folder, 'LICENSE'), join(out, 'LICENSE'));
}
