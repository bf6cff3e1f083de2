// How much more than its amount a budget that blocks is overspent by many processes that share it, over two ingests, while
// parts are killed; and how long it takes until they call again. README.md says what the settings are.
//
// node tests/load/budgets.ts, with the address of a Postgres in TEST_DATABASE_URL.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCallers } from './budget-callers.ts';
import { startBudgetInstallation } from './budget-installation.ts';
import { startProvider } from './budget-provider.ts';
import { FAULTS, type Fault, type RunResult, type RunSettings, runBudget, warmUp } from './budget-run.ts';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const list = (name: string, otherwise: string) => (process.env[name] ?? otherwise).split(',');

/** How long a call takes by the calls at once in each process, so that the machine is not what limits them. */
const LATENCY_MS: Record<number, number> = { 1: 400, 10: 800, 100: 2_000 };

const processes = number('LOAD_PROCESSES', 50);
const runs = number('LOAD_RUNS', 20);
/** With reservation half of what can happen is the same. */
const reservedRuns = number('LOAD_RESERVED_RUNS', 5);
const levels = list('LOAD_LEVELS', '1').map(Number);
const faults = list('LOAD_FAULTS', FAULTS.join(',')) as Fault[];

const directory = await mkdtemp(join(tmpdir(), 'tokengrip-budgets-'));
const installation = await startBudgetInstallation(directory);
const provider = await startProvider();
const callers = await startCallers(processes);
const results: RunResult[] = [];
try {
  await warmUp({ installation, callers, provider });
  for (const { mode, count } of [
    { mode: 'plain', count: runs },
    { mode: 'reservation', count: reservedRuns },
  ] as const) {
    for (const concurrency of levels) {
      for (let i = 0; i < count; i += 1) {
        const fault = faults[i % faults.length] ?? 'none';
        const settings: RunSettings = { mode, fault, concurrency, latencyMs: LATENCY_MS[concurrency] ?? 1_000 };
        const result = await runBudget({ installation, callers, provider }, settings);
        results.push(result);
        say(`${results.length}. ${lineOf(result)}`);
      }
    }
  }
} finally {
  await callers.end();
  provider.close();
  await installation.stop();
  await rm(directory, { recursive: true });
}

for (const mode of ['plain', 'reservation'] as const) {
  const own = results.filter((result) => result.mode === mode);
  if (own.length > 0) say(`${mode}: ${own.length} runs, ${own.filter(isGood).length} within the bound`);
}
const slowest = Math.max(...results.map(({ resumedMs }) => resumedMs));
say(`${processes} processes, the last call after a raise or a new day came after ${seconds(slowest)} at most`);
process.exitCode = results.every(isGood) ? 0 : 1;

function isGood({ problems }: RunResult): boolean {
  return problems.length === 0;
}

function lineOf(result: RunResult): string {
  const { mode, fault, limitUsd, spentUsd, overshootUsd, boundUsd, inFlight, dearestUsd, usdPerSecond } = result;
  const bound =
    mode === 'plain'
      ? `${usd(boundUsd)} = ${inFlight} calls × ${usd(dearestUsd)} + 2 s × ${usd(usdPerSecond)}/s`
      : `${usd(boundUsd)} = 1 %`;
  return [
    `${mode}, ${fault}`,
    `limit ${usd(limitUsd)}`,
    `spent ${usd(spentUsd)}`,
    `over ${usd(overshootUsd)} of ${bound}`,
    `passed after ${seconds(result.resumedMs)}`,
    `${result.calls} calls, ${result.refused} refused, ${result.blind} blind for a moment`,
    result.problems.length === 0 ? 'good' : `NOT GOOD: ${result.problems.join('; ')}`,
  ].join(' | ');
}

function usd(amount: number): string {
  return `${amount.toFixed(3)} USD`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
