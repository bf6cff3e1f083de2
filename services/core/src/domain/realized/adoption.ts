import type { RealizedChange } from '../../contract/realized.ts';
import type { DayFigures } from './figures.ts';

/** Fewer calls in a day say nothing about it. */
const MIN_CALLS = 5;
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
  const before = levels(signal, baseline);
  if (before.length === 0) return undefined;
  const calls = before.reduce((sum, day) => sum + day.calls, 0);
  const mean = before.reduce((sum, { level, calls: n }) => sum + level * n, 0) / calls;
  // Of one call: a day of many calls varies less.
  const variance =
    before.reduce((sum, { level, calls: n }) => sum + n * (level - mean) ** 2, 0) / Math.max(1, before.length - 1);
  const isMoved = ({ level, calls: n }: Level) => {
    const moved = level - mean;
    const least = Math.max(signal.floor(mean), DEVIATIONS * Math.sqrt(variance / n));
    return (signal.direction === 'down' ? -moved : signal.direction === 'up' ? moved : Math.abs(moved)) > least;
  };
  const days = levels(signal, after);
  return days.find((day, i) => {
    const next = days[i + 1];
    return next !== undefined && isMoved(day) && isMoved(next);
  })?.day;
}

interface Level {
  day: string;
  level: number;
  calls: number;
}

function levels(signal: Signal, days: readonly DayFigures[]): Level[] {
  return days.flatMap((figures) => {
    const calls = figures.old.calls + figures.new.calls;
    const level = calls < MIN_CALLS ? undefined : signal.of(figures);
    return level === undefined ? [] : [{ day: figures.day, level, calls }];
  });
}
