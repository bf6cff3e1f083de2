/** Something that may have work left when the process has nothing else to do. */
export interface LeavesWork {
  /** Finishes what can be finished in a short time. Called again only if there was new work since. */
  finish(): void;
}

/**
 * One listener for all clients of the process, and only while one of them has work: a listener each would run into
 * Node's warning about a leak in hosts that make many clients.
 */
const waiting = new Set<LeavesWork>();

export function finishAtExit(work: LeavesWork): void {
  if (waiting.size === 0) process.on('beforeExit', finishAll);
  waiting.add(work);
}

export function nothingLeft(work: LeavesWork): void {
  if (waiting.delete(work) && waiting.size === 0) process.off('beforeExit', finishAll);
}

function finishAll(): void {
  for (const work of [...waiting]) {
    nothingLeft(work);
    work.finish();
  }
}
