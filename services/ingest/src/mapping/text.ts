import { LIMITS } from '@tokengrip/core/contract/usage';

/**
 * A value as a name that can be stored: what Postgres cannot hold is taken out and what is too long is cut, since its
 * sender does not know our limits and a paid call must not be lost for them. Undefined where there is nothing.
 */
export function nameOf(value: unknown, most: number = LIMITS.name): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = cutText(value, most).trim();
  return text === '' ? undefined : text;
}

/** At most so many characters, none of them one that Postgres cannot store. */
export function cutText(text: string, most: number): string {
  const head = text
    .slice(0, 2 * most)
    .replaceAll('\0', '')
    .toWellFormed();
  return head.length <= most ? head : Array.from(head).slice(0, most).join('');
}

/** The first that is a name. */
export function firstName(...values: unknown[]): string | undefined {
  for (const value of values) {
    const name = nameOf(value);
    if (name !== undefined) return name;
  }
  return undefined;
}
