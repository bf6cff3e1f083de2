import { setTimeout as delay } from 'node:timers/promises';
import { DAY } from '@tokengrip/core/clock';
import type { Callers } from './budget-callers.ts';
import type { BudgetInstallation, Terms } from './budget-installation.ts';
import { MEAN_PICO_USD, type Provider } from './budget-provider.ts';

/**
 * What happens to a run when half of the amount is spent: nothing; a part is killed and started again a second later; Redis
 * stays away until calls pass again. In `period` a new day frees the budget, in the others a raise does.
 */
export const FAULTS = ['none', 'redis', 'redis-away', 'worker', 'period'] as const;
export type Fault = (typeof FAULTS)[number];

export interface RunSettings {
  fault: Fault;
  mode: 'plain' | 'reservation';
  concurrency: number;
  /** Of a call, between half and one and a half of it. */
  latencyMs: number;
}

export interface RunResult {
  fault: Fault;
  mode: RunSettings['mode'];
  limitUsd: number;
  spentUsd: number;
  overshootUsd: number;
  boundUsd: number;
  inFlight: number;
  dearestUsd: number;
  usdPerSecond: number;
  /** From the raise, or the new day, to the first call of the last process. */
  resumedMs: number;
  calls: number;
  refused: number;
  /** Processes that could not ask about budgets for a moment. */
  blind: number;
  problems: string[];
}

interface Parts {
  installation: BudgetInstallation;
  callers: Callers;
  provider: Provider;
}

/** What all together spend in about that time is the amount. */
const SPEND_MS = 3_000;
/** Nothing passes for that long once it is spent. */
const HELD_MS = 1_500;
const BACK_AFTER_MS = 1_000;
/** From when the services with the other calendar have started to its midnight. */
const UNTIL_MIDNIGHT_MS = Number(process.env.LOAD_UNTIL_MIDNIGHT_MS ?? 12_000);
const PATIENCE_MS = 60_000;
const RESUMED_WITHIN_MS = 2_000;
const RESERVATION_SHARE = 0.01;

export async function runBudget({ installation, callers, provider }: Parts, settings: RunSettings): Promise<RunResult> {
  const { fault, mode, concurrency, latencyMs } = settings;
  const untilMidnightMs = UNTIL_MIDNIGHT_MS + 1.5 * installation.startTookMs();
  const aheadMs = fault === 'period' ? Math.round(DAY - (Date.now() % DAY) - untilMidnightMs) : 0;
  const midnight = performance.now() + untilMidnightMs;
  await installation.useClock(aheadMs);
  const callsPerSecond = (callers.names.length * concurrency * 1_000) / latencyMs;
  const limitUsd = Math.round((callsPerSecond * SPEND_MS * MEAN_PICO_USD) / 1e15) || 1;
  const terms: Terms = { limitUsd, reservation: mode === 'reservation', period: fault === 'period' ? 'day' : 'month' };
  const budget = await installation.makeBudget(terms);
  provider.begin(limitUsd * 1e12, latencyMs);
  const ingests = installation.ingests();
  await callers.prepare((name, i) => ({
    name,
    provider: provider.address,
    url: ingests[i % ingests.length] ?? '',
    secret: budget.secret,
    concurrency,
    clockAheadMs: aheadMs,
  }));
  callers.go();

  const seen = provider.seen();
  await until(() => seen.spentPicoUsd >= (limitUsd * 1e12) / 2, 'half of the amount is not spent');
  const mended = breakPart(installation, fault);
  await until(
    async () => performance.now() - seen.lastAt >= HELD_MS && (await callers.haveAllBeenRefused()),
    'the calls do not stop',
  );
  const problems: string[] = [];
  // Now and then one more passes: what was set aside for a call is free again where it cost less.
  await until(
    async () => seen.inFlight === 0 && (await installation.spentPicoUsd(budget)) === seen.spentPicoUsd,
    '',
  ).catch(() => problems.push('the state is not what the provider was paid'));
  const spent = seen.spentPicoUsd;
  let freeAt = midnight;
  if (fault === 'period') {
    if (performance.now() > midnight - HELD_MS) problems.push('spent too late before midnight to tell');
    await delay(Math.max(0, midnight - performance.now()));
    provider.watch();
  } else {
    provider.watch();
    await installation.raise(budget, { ...terms, limitUsd: limitUsd * 100 });
    freeAt = performance.now();
  }
  await until(() => seen.firstCalls.size === callers.names.length, '').catch(() =>
    problems.push(`${callers.names.length - seen.firstCalls.size} processes stay blocked`),
  );
  const resumedMs = Math.max(0, ...seen.firstCalls.values()) - freeAt;
  const { refused, blind, errors } = await callers.stop();
  await mended();

  const inFlight = seen.reached?.inFlight ?? 0;
  const usdPerSecond = seen.mostInTwoSeconds / 2e12;
  const dearestUsd = seen.dearestPicoUsd / 1e12;
  const overshootUsd = spent / 1e12 - limitUsd;
  const boundUsd = mode === 'plain' ? inFlight * dearestUsd + 2 * usdPerSecond : RESERVATION_SHARE * limitUsd;
  if (overshootUsd > boundUsd) problems.push('more was spent than the bound allows');
  if (resumedMs > RESUMED_WITHIN_MS) problems.push('calls passed too late');
  for (const [message, times] of Object.entries(errors)) problems.push(`${times} × ${message}`);
  return {
    fault,
    mode,
    limitUsd,
    spentUsd: spent / 1e12,
    overshootUsd,
    boundUsd,
    inFlight,
    dearestUsd,
    usdPerSecond,
    resumedMs,
    calls: seen.calls,
    refused,
    blind,
    problems,
  };
}

/** Each process calls for a moment, of no budget: what has just started is slow, and nobody's budget is spent by fifty such. */
export async function warmUp({ installation, callers, provider }: Parts): Promise<void> {
  const secret = await installation.makeKey();
  const ingests = installation.ingests();
  provider.begin(Number.POSITIVE_INFINITY, 100);
  await callers.prepare((name, i) => ({
    name,
    provider: provider.address,
    url: ingests[i % ingests.length] ?? '',
    secret,
    concurrency: 1,
    clockAheadMs: 0,
  }));
  callers.go();
  provider.watch();
  await until(() => provider.seen().firstCalls.size === callers.names.length, 'some do not call');
  await delay(BACK_AFTER_MS);
  await callers.stop();
}

/** @returns what waits until all runs again */
function breakPart({ redis, killWorker, startWorker }: BudgetInstallation, fault: Fault): () => Promise<void> {
  if (fault === 'redis-away') {
    const killed = redis.kill();
    return async () => {
      await killed;
      await redis.restart();
    };
  }
  const broken = async () => {
    if (fault === 'redis') {
      await redis.kill();
      await delay(BACK_AFTER_MS);
      await redis.restart();
    } else if (fault === 'worker') {
      await killWorker();
      await delay(BACK_AFTER_MS);
      await startWorker();
    }
  };
  const done = broken();
  // Told to whoever waits for it in the end.
  done.catch(() => {});
  return () => done;
}

async function until(isSo: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await isSo()); await delay(20)) {
    if (performance.now() > end) throw new Error(otherwise);
  }
}
