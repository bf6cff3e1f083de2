import type { LocalDay } from './local-days.ts';
import type { Pattern } from './pattern.ts';
import { robustDeviation } from './robust.ts';

/** An average day of the last weeks, how it grows, and how sure that is. Logarithms. */
export interface Level {
  log: number;
  slopePerDay: number;
  /** Of single days. */
  deviation: number;
  /** Of the level itself. */
  uncertainty: number;
}

/** Half of the weight lies in the days after that: a trend needs weeks to be seen. */
const TREND_HALF_LIFE_DAYS = 28;
const STEADY_HALF_LIFE_DAYS = 20;
const RECENT_HALF_LIFE_DAYS = 3;
const DOUBT = 1;
/** A trend goes on for about 1 / (1 - DAMPING) days. */
const DAMPING = 0.99;
/** How steep trends are: one standard deviation per day, before any is seen. */
const USUAL_SLOPE = 0.003;
const ROUNDS = 8;
/** Where the weight of a day out of line is 0. */
const TUKEY = 6;
/** Days on which little happens say little; free ones, as far as that is known, nothing. */
const SMALLEST_FACTOR = 0.05;
const FREE = 0.8;
/** Whoever has stopped is forgotten as fast. */
const PRESENCE_HALF_LIFE_DAYS = 7;

/**
 * Fits a line through the logarithms of the days, made alike by the pattern; days out of line weigh little or nothing.
 * @param quietOf below 1 for a day that is free
 */
export function fitLevel(
  days: readonly LocalDay[],
  { weekday }: Pattern,
  quietOf: (day: LocalDay) => number = () => 1,
): Level {
  const mean = days.reduce((sum, { total }) => sum + total, 0) / Math.max(1, days.length);
  const points = days.flatMap((day, i) => {
    const factor = weekday[day.weekday] ?? 1;
    if (quietOf(day) < FREE || factor < SMALLEST_FACTOR || day.total <= 0) return [];
    const age = days.length - i;
    return [{ x: -age, y: Math.log(day.total / factor), weight: factor * 0.5 ** (age / TREND_HALF_LIFE_DAYS) }];
  });
  if (points.length === 0)
    return { log: Math.log(Math.max(mean, Number.MIN_VALUE)), slopePerDay: 0, deviation: 1, uncertainty: 1 };
  let line = { log: 0, slopePerDay: 0, uncertainty: 1 };
  let deviation = 0;
  let trust = points.map(() => 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    line = weightedLine(
      points.map((point, i) => ({ ...point, weight: point.weight * (trust[i] ?? 0) })),
      deviation,
    );
    const residuals = points.map(({ x, y }) => y - line.log - line.slopePerDay * x);
    deviation = Math.max(0.02, robustDeviation(residuals, 0));
    trust = residuals.map((residual) => {
      const far = Math.abs(residual) / (TUKEY * deviation);
      // The first rounds only dampen, so that a bad beginning does not throw the good days out.
      return round < 3 ? 1 / (1 + (far * 2) ** 2) : far >= 1 ? 0 : (1 - far * far) ** 2;
    });
    if (trust.every((value) => value === 0)) break;
  }
  const { slopePerDay } = line;
  const levelOf = (halfLifeDays: number) =>
    weightedLine(
      points.map(({ x, y, weight }, i) => ({
        x: 0,
        y: y - slopePerDay * x,
        weight: weight * (trust[i] ?? 0) * 0.5 ** (-x * (1 / halfLifeDays - 1 / TREND_HALF_LIFE_DAYS)),
      })),
      deviation,
    );
  const [steady, recent] = [levelOf(STEADY_HALF_LIFE_DAYS), levelOf(RECENT_HALF_LIFE_DAYS)];
  // The last days count for more the less their difference can be chance.
  const change = ((recent.log - steady.log) / recent.uncertainty) ** 2;
  const share = change / (change + DOUBT);
  return {
    slopePerDay,
    deviation,
    log: steady.log + share * (recent.log - steady.log) + Math.log(presenceOf(days, weekday, quietOf)),
    uncertainty: steady.uncertainty + share * (recent.uncertainty - steady.uncertainty),
  };
}

/** The logarithms are of days with anything; how many there are without says how much less it is, or that it has ended. */
function presenceOf(days: readonly LocalDay[], weekday: readonly number[], quietOf: (day: LocalDay) => number): number {
  let [present, all] = [0, 0];
  days.forEach((day, i) => {
    const factor = weekday[day.weekday] ?? 1;
    if (quietOf(day) < FREE || factor < SMALLEST_FACTOR) return;
    const weight = factor * 0.5 ** ((days.length - i) / PRESENCE_HALF_LIFE_DAYS);
    all += weight;
    if (day.total > 0) present += weight;
  });
  return all > 0 ? Math.max(present / all, 1e-6) : 1;
}

function weightedLine(points: readonly { x: number; y: number; weight: number }[], deviation: number) {
  let [w, wx, wy, wxx, wxy, ww] = [0, 0, 0, 0, 0, 0];
  for (const { x, y, weight } of points) {
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
    ww += weight * weight;
  }
  if (w <= 0) return { log: points.at(-1)?.y ?? 0, slopePerDay: 0, uncertainty: 1 };
  // A trend must be seen against what days vary by anyway.
  const doubt = (Math.max(deviation, 0.05) / USUAL_SLOPE) ** 2 * (ww / w);
  const centered = wxx - (wx * wx) / w;
  const slopePerDay = (wxy - (wx * wy) / w) / (centered + doubt);
  return {
    slopePerDay,
    log: (wy - slopePerDay * wx) / w,
    uncertainty: (Math.max(deviation, 0.02) * Math.sqrt(ww)) / w,
  };
}

/** The average day this many days ahead; 0 is today. */
export function levelAfter({ log, slopePerDay, deviation }: Level, daysAhead: number): number {
  const trend = (slopePerDay * (1 - DAMPING ** daysAhead)) / (1 - DAMPING);
  // The mean of what varies evenly in its logarithm lies above its middle.
  return Math.exp(log + trend + Math.min(0.5, deviation ** 2 / 2));
}
