import { AppError } from '@tokengrip/core/errors';

/** A batch of a hundred records, or some eighty single ones: two milliseconds of reading, checking and pricing. */
const MOST_A_TURN = 64 * 1024;
/** More than that would be read in half a second. What is larger by itself may wait alone. */
const MOST_WAITING = 32 * 1024 * 1024;

/**
 * Resolves when it is the turn of a body of this size, in bytes. What follows without waiting belongs to the same turn.
 * @throws AppError `unavailable` when too much waits, and when nobody waits for an answer any more
 */
export type Turn = (size: number, sender: Sender) => Promise<void>;

/** The connection on which a body came. */
interface Sender {
  destroyed: boolean;
}

interface Waiting {
  size: number;
  go(): void;
}

/**
 * Bodies wait for their turn of the event loop, in the order in which they came, and no turn takes more of them than 64 KiB, or one
 * that is larger. Between two turns the answers of the database are handled. Otherwise each step of a transaction, and whoever
 * waits for its commit, would wait until all is read that has arrived meanwhile: a third of the throughput.
 */
export function createTurns({ mostATurn = MOST_A_TURN, mostWaiting = MOST_WAITING } = {}): Turn {
  const waiting: Waiting[] = [];
  let waitingSize = 0;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(take);
  }

  function take(): void {
    isScheduled = false;
    let size = 0;
    let count = 0;
    for (const one of waiting) {
      if (count > 0 && size + one.size > mostATurn) break;
      size += one.size;
      count += 1;
    }
    waitingSize -= size;
    for (const { go } of waiting.splice(0, count)) go();
    schedule();
  }

  return async (size, sender) => {
    if (waitingSize > 0 && waitingSize + size > mostWaiting) throw tooMuch();
    await new Promise<void>((go) => {
      waitingSize += size;
      waiting.push({ size, go });
      schedule();
    });
    // It will be sent again, and is done when it is.
    if (sender.destroyed) throw tooMuch();
  };
}

const tooMuch = () =>
  new AppError('unavailable', 'More is being sent than can be read at the moment; send it again', {
    retryAfterSeconds: 2,
  });
