import { SECOND } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { evaluateBudgetsJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import type { Spent } from './count-spend.ts';

/** With what an evaluation takes, people are told within two seconds of the commit. */
const SLOT_MS = SECOND;

export interface SpenderNotes {
  /** What a commit has added to budgets. */
  note(spent: Spent): void;
  /** Nothing is asked for again. */
  close(): void;
}

/**
 * Has the budgets of organizations evaluated that have spent something that one of them covers: one job for an organization and
 * second, whichever processes commit. It runs when the second is over, and so after every commit that it stands for.
 * While Redis is away it is asked for again each second. A hint all the same: a process may end before, and whoever evaluates
 * looks at all budgets each minute as well.
 */
export function noteSpenders(jobs: Pick<JobSender, 'send'>, log: Log, now: () => number = Date.now): SpenderNotes {
  let slot = 0;
  let noted = new Set<number>();
  const owed = new Set<number>();
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  function askLater(): void {
    if (owed.size > 0 && !closed) again ??= setTimeout(askAgain, SLOT_MS).unref();
  }

  function askAgain(): void {
    again = undefined;
    for (const organizationId of owed) ask(organizationId);
    askLater();
  }

  function ask(organizationId: number): void {
    const time = now();
    if (Math.floor(time / SLOT_MS) !== slot) {
      slot = Math.floor(time / SLOT_MS);
      noted = new Set();
    }
    if (noted.has(organizationId)) return;
    noted.add(organizationId);
    const delayMs = (slot + 1) * SLOT_MS - time;
    jobs.send(evaluateBudgetsJob, { organizationId }, `evaluate-budgets-${organizationId}-${slot}`, delayMs).then(
      () => owed.delete(organizationId),
      (error: unknown) => {
        log.debug({ err: error }, 'could not have budgets evaluated');
        owed.add(organizationId);
        askLater();
      },
    );
  }

  return {
    note({ cells }) {
      for (const { organizationId } of cells) ask(organizationId);
    },
    close() {
      closed = true;
      clearTimeout(again);
    },
  };
}
