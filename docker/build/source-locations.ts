import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Sources find the files that they ship with by `import.meta.url`. In a bundle that would be the bundle's own address; this
 * makes it what it was, relative to the bundle in place of the checkout, so that data is found where the checkout has it.
 */
export function keepSourceLocations(root: string): Plugin {
  return {
    name: 'keep-source-locations',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const contents = await readFile(path, 'utf8');
        const location = JSON.stringify(`./${relative(root, path).split(sep).join('/')}`);
        return {
          contents: contents.replaceAll('import.meta.url', `new URL(${location}, import.meta.url).href`),
          loader: 'ts',
        };
      });
    },
  };
}
