/** A failure that the person at the terminal can act on; its message is one sentence and is shown without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
