import { cp, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Packages that are no plain JavaScript, with what they need beside themselves at run time. */
const NATIVE: Record<string, readonly string[]> = { bcrypt: ['node-gyp-build'] };

/** Packages that a bundled one asks for and does without when they are not there. */
const OPTIONAL = ['pg-native'];

export const EXTERNAL = [...Object.keys(NATIVE), ...OPTIONAL];

/**
 * Copies what the bundle asks for at run time into its `node_modules`, reduced to what this machine's kind needs.
 * @param from a file of the package that depends on them
 */
export async function copyExternals(metafile: Metafile, outdir: string, from: string): Promise<void> {
  const imported = new Set(
    Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    ),
  );
  for (const [name, companions] of Object.entries(NATIVE)) {
    if (!imported.has(name)) continue;
    const home = await copyPackage(name, from, outdir);
    for (const companion of companions) await copyPackage(companion, join(home, 'package.json'), outdir);
  }
}

async function copyPackage(name: string, from: string, outdir: string): Promise<string> {
  const home = dirname(createRequire(from).resolve(`${name}/package.json`));
  const target = join(outdir, 'node_modules', name);
  for (const entry of await readdir(home)) {
    if (/\.(js|json)$|^LICEN[CS]E/i.test(entry)) await cp(join(home, entry), join(target, entry));
  }
  const platform = `${process.platform}-${process.arch}`;
  await cp(join(home, 'prebuilds', platform), join(target, 'prebuilds', platform), { recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    },
  );
  return home;
}
