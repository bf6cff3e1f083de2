/**
 * Postgres stores neither NUL characters nor lone surrogates, which JSON lets through. One such text would fail the
 * whole statement, and with it the records of everybody in it.
 * @returns the path of the first offender in `value`, keys included, or `undefined`
 */
export function findUnstorableText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const found = findUnstorableText(value[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, entry] of Object.entries(value)) {
    if (!isStorable(key)) return path === '' ? 'a property name' : `${path} (a property name)`;
    const found = findUnstorableText(entry, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/**
 * Whether `value` can be stored as it is: no such text in it, and no objects and arrays nested deeper than `maxDepth`.
 * Nearly every record can, so that this one look at everything does not keep track of where it is.
 */
export function canStore(value: unknown, maxDepth: number): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (maxDepth === 0) return false;
  if (Array.isArray(value)) return value.every((entry) => canStore(entry, maxDepth - 1));
  for (const key in value) {
    if (!isStorable(key) || !canStore((value as Record<string, unknown>)[key], maxDepth - 1)) return false;
  }
  return true;
}

/** How deep objects and arrays of `value` are nested: 0 for a plain value. Stops counting above `limit`. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((entry) => isDeeperThan(entry, limit - 1));
}
