/** For figures that need no more than a float has. */
export const PICO_PER_USD = 1e12;

/** What some calls of one day used, cost, and would have cost the old way. Amounts are pico-USD. */
export interface Group {
  calls: number;
  /**
   * What means are taken over: calls that used anything; where fewer calls for the same work are what was to change, pieces
   * of work.
   */
  units: number;
  /** Calls that are in no other figure, since their cost is not known either way. */
  unpricedCalls: number;
  cost: bigint;
  /** With as many tokens as the calls had; where fewer calls are what was to change, `other` is the work without what is wasted. */
  otherwise: { input: bigint; output: bigint; other: bigint };
  /** Sums of the squares of what single calls would have cost, in USD²: how much calls differ. */
  squares: { input: number; output: number; all: number };
  /** Calls that read from the cache, and how much dearer the same tokens would have been the old way without it. */
  hits: number;
  readGain: bigint;
  /** Text; `input` is all of the prompt, the others parts of it. */
  tokens: { input: number; cacheRead: number; cacheWrite5m: number; cacheWrite1h: number; output: number };
}

export interface DayFigures {
  /** Local. */
  day: string;
  /** Calls that are as before, of those that could change. */
  old: Group;
  /** Calls that the change has reached. */
  new: Group;
}

const noGroup = (): Group => ({
  calls: 0,
  units: 0,
  unpricedCalls: 0,
  cost: 0n,
  otherwise: { input: 0n, output: 0n, other: 0n },
  squares: { input: 0, output: 0, all: 0 },
  hits: 0,
  readGain: 0n,
  tokens: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
});

export const noFigures = (day: string): DayFigures => ({ day, old: noGroup(), new: noGroup() });

/** JSON has no bigint: amounts are text in it, and are these names. */
const AMOUNTS: ReadonlySet<string> = new Set(['cost', 'input', 'output', 'other', 'readGain']);

export const encodeFigures = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? one.toString() : one));

/** What was stored before there was a figure has none of it. */
export function decodeFigures(stored: unknown): DayFigures {
  const found = JSON.parse(JSON.stringify(stored), (name, one: unknown) =>
    AMOUNTS.has(name) && typeof one === 'string' ? BigInt(one) : one,
  ) as DayFigures;
  return { ...found, old: { ...noGroup(), ...found.old }, new: { ...noGroup(), ...found.new } };
}
