import { MINUTE } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import { StaleBudgetsError } from '@tokengrip/core/domain/budgets/count-spend';
import { type Ask, reserve } from '@tokengrip/core/domain/budgets/reserve';
import type { BudgetRule } from '@tokengrip/core/domain/budgets/rules';

/** Longer than nearly any call; a call that takes longer is not counted until its record is there. */
const LEASE_MS = 10 * MINUTE;
const MAX_AT_ONCE = 1_000;

interface Granted {
  /** The budgets without room; none: the call may be made. */
  full: BudgetRule[];
  expiresAt: Date;
}

export interface Reserver {
  /**
   * Sets aside what a call may cost.
   * @param revision of the budgets that the claims were made by
   * @throws StaleBudgetsError when the budgets are others by now
   */
  reserve(ask: Ask, revision: bigint): Promise<Granted>;
}

interface Waiting {
  ask: Ask;
  revision: bigint;
  resolve(granted: Granted): void;
  reject(error: unknown): void;
}

/** As with records: whoever asks while a transaction runs shares the next one, so that many cost hardly more than one. */
export function createReserver(ctx: Context): Reserver {
  let waiting: Waiting[] = [];
  let isBusy = false;

  async function run(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const [first] = waiting;
      const batch = waiting.filter(({ revision }) => revision === first?.revision).slice(0, MAX_AT_ONCE);
      const taken = new Set(batch);
      waiting = waiting.filter((one) => !taken.has(one));
      await flush(batch, first?.revision ?? 0n);
    }
    isBusy = false;
  }

  async function flush(batch: readonly Waiting[], revision: bigint): Promise<void> {
    const now = ctx.clock.now();
    const expiresAt = new Date(now.getTime() + LEASE_MS);
    try {
      const refusals = await reserve(
        ctx.db,
        batch.map(({ ask }) => ask),
        { now, expiresAt, revision },
      );
      for (const [i, { resolve }] of batch.entries()) resolve({ full: refusals[i] ?? [], expiresAt });
    } catch (error) {
      if (!(error instanceof StaleBudgetsError)) ctx.log.warn({ err: error }, 'could not set anything aside');
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    reserve: (ask, revision) =>
      new Promise((resolve, reject) => {
        waiting.push({ ask, revision, resolve, reject });
        void run();
      }),
  };
}
