import { MAX_COUNT } from './normal-form.ts';

/** A JSON object. */
export type Fields = Record<string, unknown>;

/**
 * Thrown inside the readers where an object cannot be read; `readUsage` turns it into a result. The reason is a stable
 * code, with the field after a colon where there is one: `no_usage`, `no_known_field`, `not_a_count:<field>`,
 * `parts_exceed_whole:<field>`, `parts_differ_from_whole:<field>`.
 */
export class UnreadableUsage extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an object; an empty one where it is absent, null or something else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

const NO_FIELDS: Fields = Object.freeze({});

/**
 * A value as a count: a whole number from 0 to `MAX_COUNT`, or its decimal digits as a text. Undefined where it is absent
 * or null. Anything else makes the object unreadable: it is never clamped. `field` is its name, for the reason.
 */
export function countOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT) return count;
  throw new UnreadableUsage(`not_a_count:${field}`);
}

/** The count at the first of the names that is there. */
export function countAt(fields: Fields, ...names: string[]): number | undefined {
  for (const name of names) {
    const count = countOf(fields[name], name);
    if (count !== undefined) return count;
  }
  return undefined;
}

/** The same for a quantity that may have a fraction, such as seconds. */
export function quantityAt(fields: Fields, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    const quantity = typeof value === 'string' && /^\d{1,10}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
    if (typeof quantity === 'number' && quantity >= 0 && quantity <= MAX_COUNT) return quantity;
    throw new UnreadableUsage(`not_a_count:${name}`);
  }
  return undefined;
}

/** A value as a text; undefined where it is none or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text at the first of the names that is there and not empty. */
export function textAt(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const text = textOf(fields[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What is left of a whole when its parts are taken out; unreadable where they are more than the whole. */
export function rest(whole: number, field: string, ...parts: number[]): number {
  let left = whole;
  for (const part of parts) left -= part;
  if (left < 0) throw new UnreadableUsage(`parts_exceed_whole:${field}`);
  return left;
}
