import { HOUR } from '../../clock.ts';

/** What is remembered may be forgotten elsewhere, but not as soon as this: see `forgetSeries`. */
const LIFE_MS = HOUR;

/**
 * What a process remembers by name, in a bounded number, since senders choose the names, and for an hour. Then, or when it
 * is full, it begins anew.
 */
export class BoundedMemory<T> {
  readonly #values = new Map<string, T>();
  readonly #most: number;
  #begun = performance.now();

  constructor(most = 50_000) {
    this.#most = most;
  }

  /** Forgets what is too old. To be called before looking things up, once for all of them. */
  refresh(): void {
    if (performance.now() - this.#begun > LIFE_MS) this.#beginAnew();
  }

  get(name: string): T | undefined {
    return this.#values.get(name);
  }

  remember(name: string, value: T): void {
    if (this.#values.size >= this.#most) this.#beginAnew();
    this.#values.set(name, value);
  }

  #beginAnew(): void {
    this.#values.clear();
    this.#begun = performance.now();
  }
}
