/** Prints one line a check, and counts. */
export interface Report {
  /** Runs a check; one that throws has failed, and the next ones go on. Once interrupted, nothing is run or counted. */
  check(name: string, run: () => Promise<string | undefined> | string | undefined): Promise<void>;
  failed(): number;
  summary(): string;
}

const plain = { green: '', red: '', off: '' };
const coloured = { green: '\u001b[32m', red: '\u001b[31m', off: '\u001b[0m' };

export function createReport(
  print: (line: string) => void,
  interrupted: AbortSignal,
  isTerminal = process.stdout.isTTY,
): Report {
  const colour = isTerminal ? coloured : plain;
  let passed = 0;
  let failed = 0;
  return {
    async check(name, run) {
      if (interrupted.aborted) return;
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`;
      try {
        const remark = await run();
        passed += 1;
        print(`${colour.green}ok${colour.off}      ${name} (${remark ? `${remark}, ` : ''}${seconds()})`);
      } catch (error) {
        if (interrupted.aborted) return;
        failed += 1;
        const text = error instanceof Error ? error.message : String(error);
        print(
          `${colour.red}FAILED${colour.off}  ${name} (${seconds()})\n        ${text.replaceAll('\n', '\n        ')}`,
        );
      }
    },
    failed: () => failed,
    summary: () => `${passed} passed, ${failed} failed`,
  };
}
