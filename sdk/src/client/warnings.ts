/**
 * What the SDK can complain about.
 *
 * `disabled` key or address is missing or unusable, nothing is recorded · `invalid_option` an option was replaced by
 * its default · `undeliverable` the server does not answer, or not as it should; sending goes on · `refused` the
 * server refuses the records, and they are given up · `rejected` the server stored a batch without some records ·
 * `dropped` records were lost because the queue was full, the program ended or they were unusable · `not_recorded` a
 * billable method that the wrapper does not record · `usage_missing` a stream told no usage · `cut` a name was longer
 * than the server takes · `budgets_unknown` the server does not tell the state of budgets, and calls pass · `internal` a fault of the SDK itself; the call was not affected.
 */
export type WarningCode =
  | 'disabled'
  | 'invalid_option'
  | 'undeliverable'
  | 'refused'
  | 'rejected'
  | 'dropped'
  | 'not_recorded'
  | 'usage_missing'
  | 'cut'
  | 'budgets_unknown'
  | 'internal';

export interface TokengripWarning {
  code: WarningCode;
  /** One sentence for a person. Never contains a prompt, an answer, a name from a record or the key. */
  message: string;
}

export type WarningListener = (warning: TokengripWarning) => void;

/** Says everything once: a host with a million calls gets one line, not a million. */
export class Warnings {
  readonly #listener: WarningListener;
  readonly #said = new Set<string>();
  readonly #codes = new Set<WarningCode>();

  constructor(listener: WarningListener | undefined) {
    this.#listener = listener ?? printWarning;
  }

  /** `subject` tells apart what may be said once each, such as the methods that are not recorded. */
  once(code: WarningCode, message: string, subject = ''): void {
    const key = `${code} ${subject}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#codes.add(code);
    try {
      this.#listener({ code, message });
    } catch {
      // A listener that throws must not reach the call that was being recorded.
    }
  }

  /** Whether there was a warning of this code, whatever its subject. */
  said(code: WarningCode): boolean {
    return this.#codes.has(code);
  }

  /** Runs a part of the SDK beside the host's call: what it throws becomes a warning. */
  guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.internal(error);
      return undefined;
    }
  }

  /** The name of an error is its class and safe to print; its message may quote a prompt. */
  internal(error: unknown): void {
    const name = error instanceof Error ? error.name : typeof error;
    this.once('internal', `A call could not be recorded because of a fault in the SDK (${name}).`, name);
  }
}

function printWarning({ message }: TokengripWarning): void {
  console.warn(`[tokengrip] ${message}`);
}
