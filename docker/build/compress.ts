/**
 * Compresses the built pages beside themselves, as well as gzip can, so that nginx need not do it for each request.
 *
 *     node docker/build/compress.ts <folder>
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest', '.xml']);
/** Below it a packet holds the file as it is. */
const LEAST_BYTES = 1_024;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: compress.ts <folder>');
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const content = await readFile(path);
  if (content.length < LEAST_BYTES) continue;
  const compressed = gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
  if (compressed.length < content.length) await writeFile(`${path}.gz`, compressed);
}
