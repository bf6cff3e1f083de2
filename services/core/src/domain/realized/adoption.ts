import type { RealizedChange } from '../../contract/realized.ts';
import type { DayFigures } from './figures.ts';

/** Fewer pieces of work in a day say nothing about it. */
const MIN_WORK = 5;
/** Of the usual work of a day: with less of it, it is another kind of day, such as a Sunday. */
const MIN_SHARE = 0.25;
/** Of what is usual from day to day. */
const DEVIATIONS = 3;

interface Signal {
  /** What shows that a change has happened; `undefined` on a day without traffic. */
  of(day: DayFigures): number | undefined;
  /** Smaller moves are nothing, however steady the traffic is. */
  floor(before: number): number;
  direction: 'up' | 'down' | 'either';
}

const part = (of: number, all: number): number | undefined => (all > 0 ? of / all : undefined);

const bySide: Signal = {
  of: (day) => part(day.new.calls, day.new.calls + day.old.calls),
  floor: () => 0.1,
  direction: 'up',
};

const SIGNALS: Readonly<Record<RealizedChange['kind'], (change: RealizedChange) => Signal>> = {
  model: () => bySide,
  tier: () => bySide,
  caching: () => ({
    // What is no longer written for nothing counts like what is read.
    of: ({ new: { tokens } }) => part(tokens.cacheRead - tokens.cacheWrite5m - tokens.cacheWrite1h, tokens.input),
    floor: () => 0.05,
    direction: 'either',
  }),
  tokens: (change) => ({
    of: ({ new: group }) => part(change.kind === 'tokens' ? group.tokens[change.side] : 0, group.calls),
    floor: (before) => before * 0.05,
    direction: 'down',
  }),
  calls: () => ({
    of: ({ new: group }) => part(group.calls, group.units),
    floor: () => 0.02,
    direction: 'down',
  }),
};

/** Of the calls (or tokens) that could change, how many have: a share, where the change has one. */
export function adoptionOf(change: RealizedChange, days: readonly DayFigures[]): number | null {
  const sum = (of: (day: DayFigures) => number) => days.reduce((total, day) => total + of(day), 0);
  switch (change.kind) {
    case 'model':
    case 'tier':
      return (
        part(
          sum((day) => day.new.calls),
          sum((day) => day.new.calls + day.old.calls),
        ) ?? null
      );
    case 'caching':
      return (
        part(
          sum((day) => day.new.tokens.cacheRead),
          sum((day) => day.new.tokens.input),
        ) ?? null
      );
    default:
      return null;
  }
}

/**
 * The first day on which the traffic is no longer what it was: two days with traffic in a row lie beyond what is usual from
 * day to day, so that one odd day is none.
 */
export function findChange(
  change: RealizedChange,
  baseline: readonly DayFigures[],
  after: readonly DayFigures[],
): string | undefined {
  const signal = SIGNALS[change.kind](change);
  const least = MIN_SHARE * median([...baseline, ...after].map(workOf).filter((work) => work > 0));
  const isUsual = (day: DayFigures) => workOf(day) >= least;
  const before = levels(signal, baseline.filter(isUsual));
  if (before.length === 0) return undefined;
  const all = before.reduce((sum, day) => sum + day.work, 0);
  const mean = before.reduce((sum, { level, work }) => sum + level * work, 0) / all;
  // Of one piece of work: a day of many varies less.
  const variance =
    before.reduce((sum, { level, work }) => sum + work * (level - mean) ** 2, 0) / Math.max(1, before.length - 1);
  const isMoved = ({ level, work }: Level) => {
    const moved = level - mean;
    const threshold = Math.max(signal.floor(mean), DEVIATIONS * Math.sqrt(variance / work));
    return (signal.direction === 'down' ? -moved : signal.direction === 'up' ? moved : Math.abs(moved)) > threshold;
  };
  const days = levels(signal, after.filter(isUsual));
  return days.find((day, i) => {
    const next = days[i + 1];
    return next !== undefined && isMoved(day) && isMoved(next);
  })?.day;
}

/** With fewer calls for the same work, the work is what stays. */
const workOf = ({ old, new: changed }: DayFigures): number => old.units + changed.units;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

interface Level {
  day: string;
  level: number;
  work: number;
}

function levels(signal: Signal, days: readonly DayFigures[]): Level[] {
  return days.flatMap((figures) => {
    const work = workOf(figures);
    const level = work < MIN_WORK ? undefined : signal.of(figures);
    return level === undefined ? [] : [{ day: figures.day, level, work }];
  });
}
