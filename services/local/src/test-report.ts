export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** The parts of vitest's JSON report that count. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts the tests in vitest's JSON report. A file that fails without a failed test, because it cannot be loaded or its
 * set-up fails, counts as one failed; so does a run that failed without any of that, or left no report.
 * @param text the report, if there is one
 * @param succeeded whether vitest itself ended with success
 */
export function countTests(text: string | undefined, succeeded: boolean): Count {
  if (text === undefined) return { passed: 0, failed: 1 };
  const { testResults } = JSON.parse(text) as Report;
  let passed = 0;
  let failed = 0;
  for (const file of testResults) {
    const failedHere = file.assertionResults.filter((test) => test.status === 'failed').length;
    passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    failed += failedHere === 0 && file.status === 'failed' ? 1 : failedHere;
  }
  return { passed, failed: failed === 0 && !succeeded ? 1 : failed };
}

/** The last line of a test run. */
export const summaryLine = (count: Count) => `${count.passed} passed, ${count.failed} failed`;
