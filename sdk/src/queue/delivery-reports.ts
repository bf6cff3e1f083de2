import type { Warnings } from '../client/warnings.ts';
import type { Rejection } from '../transport/outcome.ts';

/** What a delivery tells the host: each kind of trouble once, in words that hold nothing of a record. */
export class DeliveryReports {
  readonly #warnings: Warnings;
  readonly #server: string;

  constructor(warnings: Warnings, endpoint: URL) {
    this.#warnings = warnings;
    this.#server = endpoint.host;
  }

  lost(reason: string): void {
    this.#warnings.once('dropped', `Records are lost: ${reason}. tokengrip.stats counts them.`, reason);
  }

  /** Said only if nothing was said before about the server being away. */
  leftAtEnd(count: number): void {
    if (count === 0 || this.#warnings.said('undeliverable')) return;
    this.#warnings.once(
      'dropped',
      `${count} record${count === 1 ? '' : 's'} could not be delivered before the end.`,
      'end',
    );
  }

  failed(reason: string): void {
    this.#warnings.once('undeliverable', `Cannot deliver to ${this.#server}: ${reason}. Trying on.`);
  }

  refused(reason: string): void {
    this.#warnings.once('refused', `${this.#server} refuses the records, and they are lost: ${reason}.`);
  }

  rejected(rejections: readonly Rejection[]): void {
    for (const { code, field } of rejections) {
      this.#warnings.once('rejected', `The server did not store a record: ${code} (${field}).`, code);
    }
  }
}

/** `ECONNREFUSED`, `ETIMEDOUT`, …: codes of the system say what is wrong and hold no text of the host. */
export function failureName(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  const cause: unknown = error.cause ?? error;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
