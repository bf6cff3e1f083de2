import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request as the web's code writes it. */
interface WebRequest {
  file: string;
  method: string;
  /** Expressions inside are `{}`. */
  path: string;
  /** The type of the reply that it expects, as it is written. */
  type: string;
  /** Names that the file imports from the contract. */
  imported: ReadonlySet<string>;
}

const CALL = /\brequest<([^>]*(?:<[^>]*>)?[^>]*)>\(\s*(`[^`]*`|'[^']*'|\w+)/g;
const IMPORT = /import type \{([^}]*)\} from '@tokengrip\/core\/contract\/[\w-]+'/g;
const CONSTANT = /const (\w+) = ['"`](\/api\/v1[^'"`]*)['"`]/g;

/** Every `request<Type>('/api/v1/…')` of the web's sources. */
export function webRequests(webDir: string): WebRequest[] {
  return globSync('**/*.{ts,tsx}', { cwd: webDir })
    .filter((file) => !file.includes('.test.'))
    .flatMap((file) => requestsIn(file, readFileSync(join(webDir, file), 'utf8')));
}

function requestsIn(file: string, source: string): WebRequest[] {
  const imported = new Set(
    [...source.matchAll(IMPORT)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim())),
  );
  const constants = new Map([...source.matchAll(CONSTANT)].map(([, name = '', path = '']) => [name, path]));
  return [...source.matchAll(CALL)].flatMap((call) => {
    const [, type = '', where = ''] = call;
    const path = readPath(where, constants);
    if (path === undefined) return [];
    // Options follow the address inside the same call.
    const options = source.slice(call.index, endOfCall(source, call.index));
    return [{ file, method: /method: '(\w+)'/.exec(options)?.[1] ?? 'GET', path, type: type.trim(), imported }];
  });
}

function readPath(where: string, constants: ReadonlyMap<string, string>): string | undefined {
  if (/^\w+$/.test(where)) return constants.get(where);
  return where
    .slice(1, -1)
    .replaceAll(/\$\{(\w+)\}/g, (_, name: string) => constants.get(name) ?? '{}')
    .replaceAll(/\$\{[^}]*\}/g, '{}');
}

function endOfCall(source: string, from: number): number {
  let depth = 0;
  for (let at = source.indexOf('(', from); at < source.length; at += 1) {
    if (source[at] === '(') depth += 1;
    if (source[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return source.length;
}
