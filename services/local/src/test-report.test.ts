import { expect, it } from 'vitest';
import { countTests, summaryLine } from './test-report.ts';

const report = (...files: { status: string; tests: string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  });

it('counts each test once and leaves out skipped ones', () => {
  const text = report(
    { status: 'failed', tests: ['passed', 'failed', 'pending'] },
    { status: 'passed', tests: ['passed', 'skipped', 'todo'] },
  );
  expect(countTests(text, false)).toEqual({ passed: 2, failed: 1 });
});

it('counts a file that cannot be loaded as one failed', () => {
  const text = report({ status: 'failed', tests: [] }, { status: 'passed', tests: ['passed'] });
  expect(countTests(text, false)).toEqual({ passed: 1, failed: 1 });
});

it('counts a file whose tests were left out after a failed set-up as one failed', () => {
  expect(countTests(report({ status: 'failed', tests: ['skipped', 'skipped'] }), false)).toEqual({
    passed: 0,
    failed: 1,
  });
});

it('never reports success for a run that failed', () => {
  expect(countTests(report({ status: 'passed', tests: ['passed'] }), false)).toEqual({ passed: 1, failed: 1 });
  expect(countTests(undefined, false)).toEqual({ passed: 0, failed: 1 });
  expect(countTests(undefined, true)).toEqual({ passed: 0, failed: 1 });
});

it('ends with both numbers', () => {
  expect(summaryLine({ passed: 12, failed: 0 })).toBe('12 passed, 0 failed');
});
