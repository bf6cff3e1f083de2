import type { Contribution } from './explain-rise.ts';

/** Calls that are alike in every dimension. */
export interface Cell {
  /** By dimension; absent or '': without one. */
  values: Readonly<Record<string, string>>;
  amount: number;
}

/** Pairs that a person can do something about. */
const PAIRS = [
  ['feature', 'model'],
  ['feature', 'customer'],
  ['feature', 'user'],
  ['feature', 'key'],
  ['customer', 'model'],
  ['user', 'model'],
] as const;

/**
 * What each value, and each pair of values, has now and usually has.
 * @param usual cells of several times as long, say of the same hours of past weeks
 * @param weight what brings them to the length of now
 */
export function contributionsOf(
  now: readonly Cell[],
  usual: readonly Cell[],
  weight: number,
  dimensions: readonly string[],
): Contribution[] {
  const groups = new Map<string, { dimensions: readonly string[]; values: string[]; now: number; usual: number }>();
  const sets = [
    ...dimensions.map((name) => [name]),
    ...PAIRS.filter((pair) => pair.every((name) => dimensions.includes(name))),
  ];
  const add = (cell: Cell, change: { now: number; usual: number }) => {
    for (const set of sets) {
      const values = set.map((name) => cell.values[name] ?? '');
      if (values.some((value) => value === '')) continue;
      const key = `${set.join('\0')}\0\0${values.join('\0')}`;
      const group = groups.get(key) ?? { dimensions: set, values, now: 0, usual: 0 };
      group.now += change.now;
      group.usual += change.usual;
      groups.set(key, group);
    }
  };
  for (const cell of now) add(cell, { now: cell.amount, usual: 0 });
  for (const cell of usual) add(cell, { now: 0, usual: cell.amount * weight });
  return [...groups.values()];
}
