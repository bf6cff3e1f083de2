import { fitLevel, type Level, levelAfter } from './level.ts';
import type { LocalDay } from './local-days.ts';
import { learnPattern } from './pattern.ts';

const MIN_HISTORY = 10;
const MOST_TRIES = 16;
/** 80 % of a normal distribution lie within that many standard deviations. */
const TO_80_PERCENT = 1.2816;
/** What nobody has tried counts as this many forecasts that were wrong by the guess. */
const PRIOR_TRIES = 4;

/**
 * How wide the range is, as a logarithm of the rest: the forecasts of the past, made again with what was known then, were
 * this wrong; where few can be made, as the days vary, and the wider the less is known.
 */
export function spreadOf(days: readonly LocalDay[], horizonDays: number, level: Level): number {
  const errors: number[] = [];
  const step = Math.max(1, Math.floor((days.length - MIN_HISTORY - horizonDays) / MOST_TRIES));
  for (let origin = days.length - horizonDays; origin >= MIN_HISTORY; origin -= step) {
    const error = errorAt(days, origin, horizonDays);
    if (error !== undefined) errors.push(error);
  }
  const weeks = days.length / 7;
  const guess = Math.sqrt(
    level.deviation ** 2 / horizonDays + level.uncertainty ** 2 + (0.004 * horizonDays) ** 2 + (0.25 / weeks) ** 2,
  );
  const sum = errors.reduce((total, error) => total + Math.min(Math.abs(error), 2) ** 2, 0);
  const variance = (sum + PRIOR_TRIES * guess ** 2) / (errors.length + PRIOR_TRIES);
  return TO_80_PERCENT * Math.sqrt(variance);
}

function errorAt(days: readonly LocalDay[], origin: number, horizonDays: number): number | undefined {
  const known = days.slice(0, origin);
  const pattern = learnPattern(known);
  const level = fitLevel(known, pattern);
  let expected = 0;
  let actual = 0;
  for (const [ahead, day] of days.slice(origin, origin + horizonDays).entries()) {
    expected += levelAfter(level, ahead) * (pattern.weekday[day.weekday] ?? 1);
    actual += day.total;
  }
  return expected > 0 && actual > 0 ? Math.log(actual / expected) : undefined;
}
