import { LIMITS } from '@tokengrip/core/contract/usage';
import { cutText, nameOf } from './text.ts';

/** Tags that keep to the contract's limits: the first ones count, and the first of a name. */
export class Tags {
  readonly #tags = new Map<string, string>();

  add(key: string, value: unknown): void {
    const name = nameOf(key, LIMITS.tagKey);
    if (name === undefined || this.#tags.has(name) || this.#tags.size >= LIMITS.tags) return;
    if (typeof value === 'string' ? value === '' : typeof value !== 'number' && typeof value !== 'boolean') return;
    this.#tags.set(name, cutText(String(value), LIMITS.tagValue));
  }

  get record(): Record<string, string> | undefined {
    return this.#tags.size === 0 ? undefined : Object.fromEntries(this.#tags);
  }
}
