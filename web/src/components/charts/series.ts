/** One part of every bar, or one line. */
export interface ChartSeries {
  id: string;
  label: string;
  /** A custom property of the theme, `var(--series-1)`. */
  colour: string;
  /** Aligned with the buckets. For drawing only: a pixel is coarser than a float. `null` where nothing was measured. */
  values: readonly (number | null)[];
  /** The same values as they are written, exact where they are money. */
  texts: readonly string[];
}

interface ChartBucket {
  /** In full, for tooltip and table. */
  title: string;
  /** Short, for the axis. */
  tick: string;
  /** Not over yet: its figure still grows. */
  running: boolean;
}

export interface TimeSeriesData {
  /** Parts of a whole stand on each other; what does not add up is drawn as lines. */
  shape: 'stack' | 'lines';
  buckets: readonly ChartBucket[];
  series: readonly ChartSeries[];
  /** All of each bucket together, as it is written. */
  totals: readonly string[];
}
