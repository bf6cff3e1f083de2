import { describe, expect, it } from 'vitest';
import {
  decimalText,
  groupDecimal,
  magnitude,
  parseDecimal,
  roundDecimal,
  shiftDecimal,
  subtractDecimals,
} from './decimal.ts';

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

  it.each([
    ['0.00000025', 6, '0.25'],
    ['0.0000000000000000000000001', 6, '0.0000000000000000001'],
    ['2.5', 6, '2500000'],
    ['0', 6, '0'],
    ['15', -6, '0.000015'],
    ['-1234.5', -2, '-12.345'],
    ['0.075', -6, '0.000000075'],
  ])('moves the point of %s by %d to %s, and back', (text, places, moved) => {
    expect(decimalText(shiftDecimal(parseDecimal(text), places))).toBe(moved);
    expect(decimalText(shiftDecimal(parseDecimal(moved), -places))).toBe(text);
  });

  it('subtracts without losing a digit', () => {
    expect(subtractDecimals('12345678901234567890.000000000001', '0.000000000002')).toBe(
      '12345678901234567889.999999999999',
    );
    expect(subtractDecimals('0.1', '0.3')).toBe('-0.2');
    expect(subtractDecimals('-1', '-1.00')).toBe('0');
  });
});
