import { SECOND } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { evaluateBudgetsJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import type { Spent } from './count-spend.ts';

/** With what an evaluation takes, people are told within two seconds of the commit. */
const SLOT_MS = SECOND;

/**
 * Has the budgets of organizations evaluated that have spent something that one of them covers: one job for an organization and
 * second, whichever processes commit. It runs when the second is over, and so after every commit that it stands for. A hint: whoever evaluates looks at all of them each minute as well.
 */
export function noteSpenders(
  jobs: Pick<JobSender, 'send'>,
  log: Log,
  now: () => number = Date.now,
): (spent: Spent) => void {
  let slot = 0;
  let noted = new Set<number>();
  return ({ cells }) => {
    const time = now();
    if (Math.floor(time / SLOT_MS) !== slot) {
      slot = Math.floor(time / SLOT_MS);
      noted = new Set();
    }
    for (const { organizationId } of cells) {
      if (noted.has(organizationId)) continue;
      noted.add(organizationId);
      const delayMs = (slot + 1) * SLOT_MS - time;
      jobs
        .send(evaluateBudgetsJob, { organizationId }, `evaluate-budgets-${organizationId}-${slot}`, delayMs)
        .catch((error: unknown) => log.debug({ err: error }, 'could not have budgets evaluated'));
    }
  };
}
