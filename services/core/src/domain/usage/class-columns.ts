import type { TokenColumn } from '../../db/columns.ts';
import { TOKEN_CLASSES, type TokenClass } from '../../usage/normal-form.ts';

/** `cacheWrite5m` → `cache_write_5m` */
const columnName = (tokenClass: TokenClass) =>
  tokenClass.replace(/5m|1h|[A-Z]/g, (part) => `_${part.toLowerCase()}`) as TokenColumn;

const COLUMN_OF = Object.fromEntries(TOKEN_CLASSES.map((name) => [name, columnName(name)])) as Record<
  TokenClass,
  TokenColumn
>;
const CLASS_OF = Object.fromEntries(TOKEN_CLASSES.map((name) => [columnName(name), name])) as Record<
  TokenColumn,
  TokenClass
>;

/** The column of a token class: what the normal form calls `cacheRead`, the tables call `cache_read`. */
export const tokenColumnOf = (tokenClass: TokenClass): TokenColumn => COLUMN_OF[tokenClass];

export const tokenClassOf = (column: TokenColumn): TokenClass => CLASS_OF[column];
