import { expect, it } from 'vitest';
import { failureKind } from './failures.ts';

it('takes a number without room in its column for the fault of the record', () => {
  const write = () => Buffer.alloc(8).writeBigInt64BE(2n ** 63n);
  let failure: unknown;
  try {
    write();
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(RangeError);
  expect(failureKind(failure)).toBe('data');
  expect(failureKind(new RangeError('Maximum call stack size exceeded'))).toBe('away');
});
