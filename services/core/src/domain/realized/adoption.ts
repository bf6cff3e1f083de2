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
  const before = levels(signal, baseline).map(({ level }) => level);
  if (before.length === 0) return undefined;
  const mean = before.reduce((sum, level) => sum + level, 0) / before.length;
  const spread = before.reduce((sum, level) => sum + (level - mean) ** 2, 0) / Math.max(1, before.length - 1);
  const least = Math.max(signal.floor(mean), DEVIATIONS * Math.sqrt(spread));
  const isMoved = (level: number) => {
    const moved = level - mean;
    return (signal.direction === 'down' ? -moved : signal.direction === 'up' ? moved : Math.abs(moved)) > least;
  };
  const days = levels(signal, after);
  return days.find(({ level }, i) => {
    const next = days[i + 1];
    return next !== undefined && isMoved(level) && isMoved(next.level);
  })?.day;
}

function levels(signal: Signal, days: readonly DayFigures[]): { day: string; level: number }[] {
  return days.flatMap((figures) => {
    const level = figures.old.calls + figures.new.calls < MIN_CALLS ? undefined : signal.of(figures);
    return level === undefined ? [] : [{ day: figures.day, level }];
  });
}
