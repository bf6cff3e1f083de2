import { type Cell, contributionsOf } from '../drivers/contributions.ts';
import { type Driver, explainRise } from '../drivers/explain-rise.ts';

/** A value of a dimension that is out of line. */
export interface Flag {
  dimension: string;
  value: string;
  current: number;
  usual: number;
  score: number;
  /** Whether it would be out of line with another amount. */
  wouldBe(current: number): boolean;
}

/** One thing that happened, however many dimensions show it. */
export interface IncidentFound {
  /** What it comes from: the value that is most out of line, and within it the value that explains it, if one does. */
  driver: Driver;
  anchor: Flag;
  /** Everything else that is out of line because of it. */
  flags: readonly Flag[];
}

/** Of values that are about as much out of line, the one that tells most: who, then what for, then with what. */
const TELLING = ['user', 'customer', 'feature', 'key', 'model', 'project', 'total'];
const ABOUT_AS_MUCH = 0.75;
const MOST_INCIDENTS = 3;
/** A second value is named when it has that much of the rise, and clearly more of it than it usually has. */
const NARROW_SHARE = 0.6;
const NARROW_RATIO = 1.35;

/**
 * Makes incidents of flags: the calls of the value that is most out of line are thought down to what is usual, and what is
 * in line then belonged to it; what is not is another incident.
 * @param now the calls of the window; `usual` those of the same time in past weeks, which `weight` brings to its length
 */
export function groupIncidents(
  flags: readonly Flag[],
  now: readonly Cell[],
  usual: readonly Cell[],
  weight: number,
  dimensions: readonly string[],
): IncidentFound[] {
  const incidents: IncidentFound[] = [];
  let left = [...flags];
  let cells = [...now];
  while (left.length > 0 && incidents.length < MOST_INCIDENTS) {
    const anchor = mostTelling(left);
    const driver = driverOf(anchor, { now: cells, usual, weight, dimensions });
    const factor = anchor.current > 0 ? anchor.usual / anchor.current : 0;
    cells = cells.map((cell) => (holds(cell, anchor) ? { ...cell, amount: cell.amount * factor } : cell));
    const rest = left.filter((flag) => flag !== anchor && flag.wouldBe(sumOf(cells, flag)));
    incidents.push({ driver, anchor, flags: left.filter((flag) => flag !== anchor && !rest.includes(flag)) });
    left = rest;
  }
  return incidents;
}

function mostTelling(flags: readonly Flag[]): Flag {
  const most = Math.max(...flags.map(({ score }) => score));
  const [first] = flags
    .filter(({ score }) => score >= ABOUT_AS_MUCH * most)
    .sort((a, b) => TELLING.indexOf(a.dimension) - TELLING.indexOf(b.dimension) || b.score - a.score);
  if (!first) throw new Error('there is no flag');
  return first;
}

function driverOf(
  anchor: Flag,
  {
    now,
    usual,
    weight,
    dimensions,
  }: { now: readonly Cell[]; usual: readonly Cell[]; weight: number; dimensions: readonly string[] },
): Driver {
  const within = (cells: readonly Cell[]) => cells.filter((cell) => holds(cell, anchor));
  const [nowWithin, usualWithin] = [within(now), within(usual)];
  const scope = { now: sumOf(nowWithin), usual: sumOf(usualWithin) * weight };
  const total = { now: sumOf(now), usual: sumOf(usual) * weight };
  const excess = Math.max(0, anchor.current - anchor.usual);
  // What fell meanwhile makes no one's part larger than all.
  const rise = Math.max(total.now - total.usual, excess);
  const others = dimensions.filter((name) => name !== anchor.dimension);
  const singles = contributionsOf(nowWithin, usualWithin, weight, others).filter(({ values }) => values.length === 1);
  const [second] = explainRise(scope, singles).filter(({ share, usual: own }) => {
    const usualShare = scope.usual > 0 ? own / scope.usual : 0;
    return share >= NARROW_SHARE && share >= NARROW_RATIO * usualShare;
  });
  const isWhole = anchor.dimension === 'total';
  return {
    dimensions: [...(isWhole ? [] : [anchor.dimension]), ...(second?.dimensions ?? [])],
    values: [...(isWhole ? [] : [anchor.value]), ...(second?.values ?? [])],
    now: second?.now ?? anchor.current,
    usual: second?.usual ?? anchor.usual,
    share: rise > 0 ? Math.min(1, (excess * Math.min(1, second?.share ?? 1)) / rise) : 1,
  };
}

const holds = (cell: Cell, { dimension, value }: Flag) => dimension === 'total' || cell.values[dimension] === value;

const sumOf = (cells: readonly Cell[], flag?: Flag): number =>
  cells.reduce((sum, cell) => (flag === undefined || holds(cell, flag) ? sum + cell.amount : sum), 0);
