import { lazy, Suspense, useState } from 'react';
import { cn } from '../../lib/cn.ts';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { ChartTable } from './chart-table.tsx';
import type { TimeSeriesData } from './series.ts';

// Asked for as soon as a page with a chart is, not only when its data has come.
const canvas = import('./stacked-canvas.tsx');
const StackedCanvas = lazy(() => canvas);

export interface TimeSeriesProps {
  /** What the chart shows, read out in its place. */
  label: string;
  data: TimeSeriesData;
  formatAxis: (value: number) => string;
  view: 'chart' | 'table';
  /** A press on a name in the legend; without it names cannot be pressed. */
  onSelect?: (id: string) => void;
}

/** One height for chart, table and skeleton: nothing moves when one takes the other's place. */
export const CHART_HEIGHT = 'h-72';

/** Values over time, stacked: the one chart of the application, and its equivalent as a table. */
export function TimeSeries({ label, data, formatAxis, view, onSelect }: TimeSeriesProps) {
  const [highlighted, setHighlighted] = useState<string>();
  if (view === 'table') {
    return (
      <ScrollRegion
        label={label}
        className={cn(CHART_HEIGHT, 'overflow-auto overscroll-contain focus-visible:-outline-offset-2')}
      >
        <ChartTable label={label} data={data} />
      </ScrollRegion>
    );
  }
  return (
    <div>
      <div className={cn(CHART_HEIGHT, 'px-3')}>
        <Suspense fallback={<ChartSkeleton />}>
          <StackedCanvas label={label} data={data} formatAxis={formatAxis} highlighted={highlighted} />
        </Suspense>
      </div>
      <ChartLegend series={data.series} onHighlight={setHighlighted} onSelect={onSelect} />
    </div>
  );
}

const HEIGHTS = [38, 52, 47, 63, 58, 74, 41, 36, 55, 68, 61, 79, 70, 44, 40, 59, 72, 66, 81, 75, 48, 43, 64, 77];

/** Pale bars in the place of a chart that is still loading. */
export const ChartSkeleton = () => (
  <div aria-hidden className="flex h-full items-end gap-[1.5%] pb-7 pl-10">
    {HEIGHTS.map((height) => (
      <span key={height} className="flex-1 rounded-t-xs bg-sunken" style={{ height: `${height}%` }} />
    ))}
  </div>
);
