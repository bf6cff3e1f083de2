/** One bar of every stack. */
export interface ChartSeries {
  id: string;
  label: string;
  /** A custom property of the theme, `var(--series-1)`. */
  colour: string;
  /** Aligned with the buckets. For drawing only: a pixel is coarser than a float. */
  values: readonly number[];
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
  buckets: readonly ChartBucket[];
  series: readonly ChartSeries[];
  /** The sum of each bucket as it is written. */
  totals: readonly string[];
}
