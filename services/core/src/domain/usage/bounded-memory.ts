/** What a process remembers by name, in a bounded number: senders choose the names. When it is full it begins anew. */
export class BoundedMemory<T> {
  readonly #values = new Map<string, T>();
  readonly #most: number;

  constructor(most = 50_000) {
    this.#most = most;
  }

  get(name: string): T | undefined {
    return this.#values.get(name);
  }

  remember(name: string, value: T): void {
    if (this.#values.size >= this.#most) this.#values.clear();
    this.#values.set(name, value);
  }
}
