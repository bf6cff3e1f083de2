/** Narrow no-break space, between a figure and its unit. */
const THIN = '\u202f';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,204,331` */
export const formatCount = (value: number): string => whole.format(value);

const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Three figures and a unit: `983`, `12.4 k`, `1.2 M`. */
export function formatCompact(value: number): string {
  // 999,950 would read "1000 k".
  const unit = UNITS.find(([size]) => Math.abs(value) >= size * 0.9995 && size > 1);
  if (!unit || Math.abs(value) < 1_000) return formatCount(value);
  const scaled = value / unit[0];
  const digits = Math.abs(scaled) >= 99.95 ? scaled.toFixed(0) : scaled.toFixed(1).replace(/\.0$/, '');
  return `${digits}${THIN}${unit[1]}`;
}

/** A share of 0 to 1 as `98.7 %`. Never rounds something up to 100 % or down to 0 %. */
export function formatPercent(share: number, places = 1): string {
  const step = 10 ** -places;
  let percent = share * 100;
  if (percent > 0 && percent < step) return `<${step}${THIN}%`;
  if (percent < 100 && percent > 100 - step) percent = 100 - step;
  if (percent >= 1_000) return `${formatCount(percent)}${THIN}%`;
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(places)}${THIN}%`;
}

export type Change = { kind: 'change'; ratio: number } | { kind: 'new' } | { kind: 'none' };

/** How `now` differs from `before`. From nothing to something is "new", not an infinite rise. */
export function changeBetween(now: number, before: number): Change {
  if (before === 0) return now === 0 ? { kind: 'none' } : { kind: 'new' };
  return { kind: 'change', ratio: (now - before) / before };
}

/** `12.4 %`, `340 %`, `12×`: without a sign, the arrow beside it tells the direction. */
export function formatChange(ratio: number): string {
  const size = Math.abs(ratio);
  if (size >= 9.995) return `${formatCount(Math.round(size + 1))}×`;
  return `${(size * 100).toFixed(size >= 0.9995 ? 0 : 1)}${THIN}%`;
}

/** `840 ms`, `1.9 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds}${THIN}ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${THIN}s`;
  const rounded = Math.round(seconds);
  return `${Math.floor(rounded / 60)}${THIN}min ${rounded % 60}${THIN}s`;
}

const SIZES = ['bytes', 'kB', 'MB', 'GB'] as const;

/** Of a file, in steps of 1,000: "12.3 MB". */
export function formatSize(bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return step === 0 ? `${bytes}${THIN}bytes` : `${(bytes / 1_000 ** step).toFixed(1)}${THIN}${SIZES[step]}`;
}
