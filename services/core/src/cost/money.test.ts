import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPicoUsd, parseUsd } from './money.ts';

it('writes amounts as plain decimals', () => {
  expect(formatPicoUsd(1_500_000_000n)).toBe('0.0015');
  expect(formatPicoUsd(0n)).toBe('0');
  expect(formatPicoUsd(1_000_000n * 10n ** 12n)).toBe('1000000');
});

it('reads back every amount that it writes', () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), (amount) => {
      expect(parseUsd(formatPicoUsd(amount))).toBe(amount);
    }),
  );
});

it('reads exponents and refuses what is no amount', () => {
  expect(parseUsd('1.5e-3')).toBe(1_500_000_000n);
  expect(parseUsd(' 2 ')).toBe(2n * 10n ** 12n);
  expect(parseUsd('$2')).toBeUndefined();
});
