import { groupDecimal, isZero, magnitude, parseDecimal, roundDecimal } from './decimal.ts';

/** Amounts below one dollar show two significant digits, at most this many places; below that they are "less than". */
const MAX_PLACES = 8;

function placesFor(text: string): number {
  const value = parseDecimal(text);
  if (isZero(value)) return 2;
  const power = magnitude(value);
  if (power >= 3) return 0;
  if (power >= -1) return 2;
  return Math.min(1 - power, MAX_PLACES);
}

const withSign = (digits: string) => (digits.startsWith('−') ? `−$${digits.slice(1)}` : `$${digits}`);

/**
 * USD with the precision that matters: `$0.0042`, `$12.30`, `$1,204`.
 * @param text exact decimal text, e.g. `"0.001234"`
 * @param places fixed digits after the point, so that a column of figures lines up
 */
export function formatUsd(text: string, places = placesFor(text)): string {
  const value = parseDecimal(text);
  const rounded = roundDecimal(value, places);
  if (isZero(rounded) && !isZero(value))
    return `${value.negative ? '>−' : '<'}$0.${'1'.padStart(Math.max(places, 1), '0')}`;
  // 999.999 rounds up into the range that shows no cents.
  return withSign(
    groupDecimal(places === 2 && magnitude(value) === 2 && magnitude(rounded) === 3 ? roundDecimal(value, 0) : rounded),
  );
}

/** Every digit that was sent: `$1,204.331500000001`. */
export function exactUsd(text: string): string {
  const value = parseDecimal(text);
  const fraction = value.fraction.replace(/0+$/, '');
  return withSign(groupDecimal({ ...value, fraction: fraction.padEnd(2, '0') }));
}

/** Digits after the point that suit all amounts of a column: those of the amount that needs most of them. */
export function columnPlaces(texts: readonly string[], most = 6): number {
  const needed = texts.filter((text) => !isZero(parseDecimal(text))).map(placesFor);
  return needed.length === 0 ? 2 : Math.min(Math.max(...needed), most);
}

/** From this amount on, cents are enough for a whole column of sums: what is smaller reads "less than one". */
const CENTS_FROM_USD = 1;

/** The same for sums, which differ by more than amounts of single calls do. */
export const sumPlaces = (texts: readonly string[]): number =>
  texts.some((text) => Math.abs(Number(text)) >= CENTS_FROM_USD) ? 2 : columnPlaces(texts);

const axis = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumSignificantDigits: 3,
});

/** For axes and bars only, where a pixel is coarser than a float. */
export const formatUsdAxis = (value: number): string => axis.format(value);
