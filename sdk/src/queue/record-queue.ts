/** A record as it will travel: written once, so that nothing that the host does later can change it. */
export interface QueuedRecord {
  json: string;
  sizeBytes: number;
}

/** First in, first out, and never more than its limits: a server that is away must not cost the host its memory. */
export class RecordQueue {
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  #records: QueuedRecord[] = [];
  #sizeBytes = 0;
  /** Taken out, but not settled: they still use memory. */
  #outRecords = 0;
  #outBytes = 0;

  constructor(maxRecords: number, maxBytes: number) {
    this.#maxRecords = maxRecords;
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#records.length;
  }

  /** False if there is no room; the record is then not kept. */
  push(json: string): boolean {
    const sizeBytes = Buffer.byteLength(json);
    if (this.#records.length + this.#outRecords >= this.#maxRecords) return false;
    if (this.#sizeBytes + this.#outBytes + sizeBytes > this.#maxBytes) return false;
    this.#records.push({ json, sizeBytes });
    this.#sizeBytes += sizeBytes;
    return true;
  }

  /** The oldest records, at most so many and so large, at least one. They take up room until `settle()`. */
  take(maxRecords: number, maxBytes: number): QueuedRecord[] {
    let count = 0;
    let sizeBytes = 0;
    for (const record of this.#records) {
      if (count === maxRecords || (count > 0 && sizeBytes + record.sizeBytes > maxBytes)) break;
      count += 1;
      sizeBytes += record.sizeBytes;
    }
    this.#sizeBytes -= sizeBytes;
    this.#outRecords += count;
    this.#outBytes += sizeBytes;
    return this.#records.splice(0, count);
  }

  /** Frees the room of records that were taken. */
  settle(records: readonly QueuedRecord[]): void {
    this.#outRecords -= records.length;
    for (const record of records) this.#outBytes -= record.sizeBytes;
  }

  /** Forgets everything that waits and says how much it was. */
  clear(): number {
    const count = this.#records.length;
    this.#records = [];
    this.#sizeBytes = 0;
    return count;
  }
}
