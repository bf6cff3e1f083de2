/**
 * Exact amounts arrive as plain decimal text, because a float cannot carry them. These functions work on the text:
 * what is displayed as exact has never been a float.
 */
export interface Decimal {
  negative: boolean;
  /** Digits before the point, without leading zeros; `"0"` if there are none. */
  integer: string;
  /** Digits after the point, as they came. */
  fraction: string;
}

const PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** @throws RangeError if the text is not a plain decimal. */
export function parseDecimal(text: string): Decimal {
  const match = PATTERN.exec(text);
  if (!match) throw new RangeError(`not a decimal: ${text}`);
  return {
    negative: match[1] === '-',
    integer: (match[2] ?? '0').replace(/^0+(?=\d)/, ''),
    fraction: match[3] ?? '',
  };
}

export const isZero = ({ integer, fraction }: Decimal) => /^0*$/.test(integer + fraction);

/** Rounds half away from zero, as invoices do, to `places` digits after the point. */
export function roundDecimal(value: Decimal, places: number): Decimal {
  if (value.fraction.length <= places) return { ...value, fraction: value.fraction.padEnd(places, '0') };
  const kept = BigInt(value.integer + value.fraction.slice(0, places));
  const digits = (kept + (value.fraction.charAt(places) >= '5' ? 1n : 0n)).toString().padStart(places + 1, '0');
  return {
    negative: value.negative,
    integer: digits.slice(0, digits.length - places),
    fraction: places === 0 ? '' : digits.slice(-places),
  };
}

/** `1204331.5` → `1,204,331.5`. */
export function groupDecimal({ negative, integer, fraction }: Decimal): string {
  const grouped = integer.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${negative ? '−' : ''}${grouped}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * The power of ten of the first digit that is not zero: 2 for 123, 0 for 1.5, -3 for 0.0042. Zero has none and gives
 * `-Infinity`.
 */
export function magnitude(value: Decimal): number {
  if (value.integer !== '0') return value.integer.length - 1;
  const zeros = /^0*/.exec(value.fraction)?.[0].length ?? 0;
  return zeros === value.fraction.length ? Number.NEGATIVE_INFINITY : -zeros - 1;
}

/** The plain text of a value, without zeros at its end: `0.25`. */
export function decimalText({ negative, integer, fraction }: Decimal): string {
  const digits = fraction.replace(/0+$/, '');
  const text = digits === '' ? integer : `${integer}.${digits}`;
  return negative && !/^[0.]*$/.test(text) ? `-${text}` : text;
}

/** Moves the point by `places` digits, to the right where they are positive: a rate per token as one per million. */
export function shiftDecimal({ negative, integer, fraction }: Decimal, places: number): Decimal {
  const digits = integer + fraction;
  const point = integer.length + places;
  const padded = point <= 0 ? digits.padStart(digits.length - point + 1, '0') : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  return { negative, integer: padded.slice(0, at).replace(/^0+(?=\d)/, ''), fraction: padded.slice(at) };
}

/** `a - b`, with every digit. */
export function subtractDecimals(a: string, b: string): string {
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  const places = Math.max(left.fraction.length, right.fraction.length);
  const whole = ({ negative, integer, fraction }: Decimal) =>
    BigInt(`${negative ? '-' : ''}${integer}${fraction.padEnd(places, '0')}`);
  const difference = whole(left) - whole(right);
  const digits = (difference < 0n ? -difference : difference).toString().padStart(places + 1, '0');
  const at = digits.length - places;
  return decimalText({ negative: difference < 0n, integer: digits.slice(0, at), fraction: digits.slice(at) });
}
