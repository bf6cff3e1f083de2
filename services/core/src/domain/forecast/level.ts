import type { LocalDay } from './local-days.ts';
import type { Pattern } from './pattern.ts';
import { median, robustDeviation } from './robust.ts';

/** An average day of the last weeks, how it grows, and how sure that is. Logarithms. */
export interface Level {
  /** Of today, as the mean of such days. */
  log: number;
  slopePerDay: number;
  /** Of single days. */
  deviation: number;
  /** Of the level itself. */
  uncertainty: number;
}

/** How much the level moves from day to day of itself, against what single days vary: as variances. */
const WANDER = 0.006;
/** How steep trends are: one standard deviation per day, before any is seen. */
const USUAL_SLOPE = 0.002;
/** A trend goes on for about 1 / (1 - DAMPING) days. */
const DAMPING = 0.99;
/** In standard deviations: a day counts as no further out than the one, and not at all beyond the other. */
const CLIPPED = 2.5;
const OUTLIER = 4;
/** Days that lie out on one side, one after another, are no outliers: the mean of the last few, and where a level has moved. */
const RUN_MEMORY = 0.7;
const RUN_MOST = 3;
const RUN = { isNoOutlier: 1.6, hasMoved: 2 };
/** How far it may have moved then, against what single days vary: as a variance. */
const MOVED = 0.5;
/** Days on which little happens say little; free ones, as far as that is known, nothing. */
const SMALLEST_FACTOR = 0.05;
const FREE = 0.8;
/** The mean is above the middle by what was seen; what nobody has seen counts as this many days without a difference. */
const PRIOR_DAYS = 3;
const LEAST_DEVIATION = 0.03;
const ROUNDS = 3;
/** Whoever has stopped is forgotten as fast. */
const PRESENCE_HALF_LIFE_DAYS = 7;

/** A day made alike by the pattern, as a logarithm, and how much more than an average day it varies, as a variance. */
interface Point {
  y: number;
  variety: number;
}

/**
 * Follows the logarithms of the days, made alike by the pattern, with a level that wanders and a slope: the local linear trend
 * model (Harvey 1989, ch. 2), by a Kalman filter whose innovations are clipped, as robust filters do (Cipra and Romera 1997).
 * A single day out of line moves nothing; days that stay there do.
 * @param quietOf below 1 for a day that is free
 */
export function fitLevel(
  days: readonly LocalDay[],
  { weekday }: Pattern,
  quietOf: (day: LocalDay) => number = () => 1,
): Level {
  const points = days.map((day): Point | undefined => {
    const factor = weekday[day.weekday] ?? 1;
    if (quietOf(day) < FREE || factor < SMALLEST_FACTOR || day.total <= 0) return undefined;
    return { y: Math.log(day.total / factor), variety: 1 / Math.min(1, factor) };
  });
  const known = points.filter((point) => point !== undefined);
  if (known.length === 0) {
    const mean = days.reduce((sum, { total }) => sum + total, 0) / Math.max(1, days.length);
    return { log: Math.log(Math.max(mean, Number.MIN_VALUE)), slopePerDay: 0, deviation: 1, uncertainty: 1 };
  }
  let deviation = varietyOf(known);
  let followed = follow(points, known, deviation);
  for (let round = 1; round < ROUNDS; round += 1) {
    const seen = robustDeviation(followed.innovations, 0);
    deviation = Math.max(LEAST_DEVIATION, (deviation * (1 + seen)) / 2);
    followed = follow(points, known, deviation);
  }
  return {
    log: followed.level + followed.slope + followed.meanOverMiddle + Math.log(presenceOf(days, weekday, quietOf)),
    slopePerDay: followed.slope,
    deviation,
    uncertainty: Math.sqrt(followed.variance),
  };
}

/** Of single days, against the middle of those around them. */
function varietyOf(known: readonly Point[]): number {
  const residuals = known.map(({ y, variety }, i) => {
    const around = known.slice(Math.max(0, i - 4), i + 5).map((point) => point.y);
    return (y - median(around)) / Math.sqrt(variety);
  });
  return Math.max(LEAST_DEVIATION, 1.1 * robustDeviation(residuals, 0));
}

function follow(points: readonly (Point | undefined)[], known: readonly Point[], deviation: number) {
  const noise = deviation ** 2;
  let level = median(known.slice(0, 7).map(({ y }) => y));
  let slope = 0;
  // Of the level, of both, of the slope.
  let [p, q, r] = [noise, 0, USUAL_SLOPE ** 2];
  let run = 0;
  let [means, weights] = [PRIOR_DAYS, PRIOR_DAYS];
  const innovations: number[] = [];
  for (const point of points) {
    level += slope;
    p += 2 * q + r + WANDER * noise;
    q += r;
    if (!point) continue;
    const innovation = point.y - level;
    const expected = Math.sqrt(p + noise * point.variety);
    const far = innovation / expected;
    innovations.push(far);
    run = RUN_MEMORY * run + (1 - RUN_MEMORY) * within(far, RUN_MOST);
    means += Math.exp(within(far, OUTLIER) * expected) / point.variety;
    weights += 1 / point.variety;
    if (Math.abs(far) > OUTLIER && Math.abs(run) < RUN.isNoOutlier) continue;
    if (Math.abs(run) > RUN.hasMoved) p += MOVED * noise;
    const variance = p + noise * point.variety;
    const step = within(innovation / Math.sqrt(variance), CLIPPED) * Math.sqrt(variance);
    const [ofLevel, ofSlope] = [p / variance, q / variance];
    level += ofLevel * step;
    slope += ofSlope * step;
    [p, q, r] = [p - ofLevel * p, q - ofLevel * q, r - ofSlope * q];
  }
  return { level, slope, variance: p, innovations, meanOverMiddle: Math.log(means / weights) };
}

const within = (value: number, most: number) => Math.max(-most, Math.min(most, value));

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

/** The average day this many days ahead; 0 is today. */
export function levelAfter({ log, slopePerDay }: Level, daysAhead: number): number {
  return Math.exp(log + (slopePerDay * (1 - DAMPING ** daysAhead)) / (1 - DAMPING));
}
