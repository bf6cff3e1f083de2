import { expect, it } from 'vitest';
import { formatUsd } from './words.ts';

it.each([
  [0n, '$0.0000'],
  [1n, '$0.000000000001'],
  [1_234_567n, '$0.0000012'],
  [9_990_000_000n, '$0.0100'],
  [10_000_000_000n, '$0.0100'],
  [123_456_789_000n, '$0.1235'],
  [1_005_000_000_000n, '$1.01'],
  [1_234_567_894_999_999_999n, '$1,234,567.89'],
])('says %s pico-USD as a person would', (picoUsd, text) => expect(formatUsd(picoUsd)).toBe(text));
