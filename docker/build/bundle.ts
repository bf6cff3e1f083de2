/**
 * Makes the content of the images: for each a folder with its programs, every package they use bundled into them.
 *
 *     node docker/build/bundle.ts <output folder>
 */
import { cp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { copyExternals, EXTERNAL } from './externals.ts';
import { keepSourceLocations } from './source-locations.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const CLI = 'services/core/src/cli/main.ts';
const PRICES = 'services/core/prices/snapshot.json';

interface Image {
  /** Name of the program → its source. */
  programs: Record<string, string>;
  /** Files and folders that the programs read, at the places that they have in the checkout. */
  data: readonly string[];
}

const IMAGES: Record<string, Image> = {
  init: { programs: { main: 'docker/init/main.ts' }, data: [] },
  migrate: { programs: { tokengrip: CLI }, data: ['migrations', PRICES] },
  ingest: { programs: { main: 'services/ingest/src/main.ts' }, data: [] },
  api: { programs: { main: 'services/api/src/main.ts' }, data: [] },
  worker: { programs: { main: 'services/worker/src/main.ts', tokengrip: CLI }, data: ['migrations', PRICES] },
};

/** Packages written as CommonJS ask for Node's own modules by `require`, which an ES module has to make first. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module';const require=__createRequire(import.meta.url);";

async function bundle(name: string, image: Image, outdir: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.entries(image.programs).map(([out, source]) => ({ in: source, out })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // A command of the command line is read when it is called.
    splitting: true,
    banner: { js: REQUIRE },
    external: EXTERNAL,
    plugins: [keepSourceLocations(ROOT)],
    // Neither minified nor with a source map: 4 MB of text a process, and its own lines are what a stack trace shows. To
    // translate them back, Node keeps 40 MB of maps in every process.
    metafile: true,
    logLevel: 'warning',
  });
  await copyExternals(metafile, outdir, join(ROOT, 'services/core/package.json'));
  for (const path of image.data) await cp(join(ROOT, path), join(outdir, path), { recursive: true });
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`${name}: ${Math.round(bytes / 1024)} KiB`);
}

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('usage: bundle.ts <output folder>');
await rm(target, { recursive: true, force: true });
for (const [name, image] of Object.entries(IMAGES)) await bundle(name, image, resolve(target, name));
