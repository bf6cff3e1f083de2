import type { Fields } from './fields.ts';
import type { NormalUsage } from './normal-form.ts';

/** What a reader may know beside the object. */
interface ReaderContext {
  /** The sender's name of the provider. */
  provider?: string | undefined;
}

/** Reads the usage object of one source. Throws `UnreadableUsage`. */
export type Reader = (usage: Fields, context: ReaderContext) => NormalUsage;
