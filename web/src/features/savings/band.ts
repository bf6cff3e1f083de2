/** One day of a line with an interval around it; for drawing only: a pixel is coarser than a float. */
export interface BandPoint {
  title: string;
  tick: string;
  /** Another line, without an interval. */
  other?: number;
  value: number;
  low: number;
  high: number;
}

const STEPS = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 5;

/** Round numbers from below the smallest to above the largest value, with zero among them. */
export function axisTicks(low: number, high: number): number[] {
  const from = Math.min(0, low);
  const to = low === 0 && high === 0 ? 1 : Math.max(0, high);
  const span = to - from;
  const power = 10 ** Math.floor(Math.log10(span / MOST_TICKS));
  const step = (STEPS.find((size) => size * power * MOST_TICKS >= span) ?? 10) * power;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

const SIZE = 100;

/** Paths in a square of 100 by 100, to be stretched. A single day is drawn across the whole width. */
export function bandPaths(points: readonly BandPoint[], [low = 0, high = 1]: readonly [number, number]) {
  const x = (index: number) => (points.length === 1 ? index * SIZE : (index / (points.length - 1)) * SIZE);
  const y = (value: number) => SIZE - ((value - low) / (high - low || 1)) * SIZE;
  const drawn = points.length === 1 ? [...points, ...points] : points;
  const line = (values: readonly number[]) =>
    values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(2)} ${y(value).toFixed(2)}`).join('');
  const back = drawn
    .map((point, index) => `L${x(index).toFixed(2)} ${y(point.low).toFixed(2)}`)
    .reverse()
    .join('');
  const others = drawn.flatMap(({ other }) => (other === undefined ? [] : [other]));
  return {
    band: `${line(drawn.map((point) => point.high))}${back}Z`,
    value: line(drawn.map((point) => point.value)),
    other: others.length === drawn.length ? line(others) : undefined,
    x,
    y,
  };
}
