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

/** The object at a name; an empty one where it is absent or null. */
export function fieldsAt(fields: Fields, ...names: string[]): Fields {
  for (const name of names) {
    const value = fields[name];
    if (isFields(value)) return value;
  }
  return NO_FIELDS;
}

const NO_FIELDS: Fields = Object.freeze({});

/**
 * The count at the first of the names that is there: a whole number from 0 to `MAX_COUNT`, or its decimal digits as a
 * text. Undefined where all are absent or null. Anything else makes the object unreadable: it is never clamped.
 */
export function countAt(fields: Fields, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT) return count;
    throw new UnreadableUsage(`not_a_count:${name}`);
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

/** The text at the first of the names that is there and not empty. */
export function textAt(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
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
