import { describe, expect, it } from 'vitest';
import { groupDecimal, magnitude, parseDecimal, roundDecimal } from './decimal.ts';

const rounded = (text: string, places: number) => groupDecimal(roundDecimal(parseDecimal(text), places));

describe('decimal text', () => {
  it('keeps digits that no float could', () => {
    expect(groupDecimal(parseDecimal('12345678901234567890.123456789012345678'))).toBe(
      '12,345,678,901,234,567,890.123456789012345678',
    );
  });

  it('rounds half away from zero and carries', () => {
    expect(rounded('0.125', 2)).toBe('0.13');
    expect(rounded('0.1249999', 2)).toBe('0.12');
    expect(rounded('9.995', 2)).toBe('10.00');
    expect(rounded('999.5', 0)).toBe('1,000');
    expect(rounded('-0.125', 2)).toBe('−0.13');
  });

  it('fills up with zeros where digits are missing', () => {
    expect(rounded('3', 2)).toBe('3.00');
  });

  it('refuses what is not a plain decimal', () => {
    for (const text of ['', '1e5', '.5', '1.', 'NaN', '1,000']) expect(() => parseDecimal(text)).toThrow(RangeError);
  });

  it('knows where the first digit stands', () => {
    expect(magnitude(parseDecimal('123.4'))).toBe(2);
    expect(magnitude(parseDecimal('0.0042'))).toBe(-3);
    expect(magnitude(parseDecimal('0.000'))).toBe(Number.NEGATIVE_INFINITY);
  });
});
