import { lazy, Suspense, useState } from 'react';
import { cn } from '../../lib/cn.ts';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { Td, Th } from '../ui/table.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { CHART_HEIGHT, ChartSkeleton } from './time-series.tsx';

const StepCanvas = lazy(() => import('./step-canvas.tsx'));

/** A value that holds until the next one. */
interface StepLine {
  id: string;
  label: string;
  /** A custom property of the theme, `var(--series-1)`. */
  colour: string;
  /** Aligned with the steps; for drawing only. `null` where there is none. */
  values: readonly (number | null)[];
  /** The same values as they are written, exact. */
  texts: readonly string[];
}

export interface StepData {
  steps: readonly {
    /** When it begins, in milliseconds since 1970; the first one where the chart begins. */
    at: number;
    /** In full, for tooltip and table: from when to when. */
    title: string;
    /** What sets this span apart. */
    note?: string | undefined;
  }[];
  /** Where the chart ends. */
  end: number;
  lines: readonly StepLine[];
}

export interface StepSeriesProps {
  /** What the chart shows, read out in its place. */
  label: string;
  data: StepData;
  formatAxis: (value: number) => string;
  formatTick: (instant: number) => string;
  view: 'chart' | 'table';
}

/** Values that hold for spans of time, and their equivalent as a table. */
export function StepSeries({ label, data, formatAxis, formatTick, view }: StepSeriesProps) {
  const [highlighted, setHighlighted] = useState<string>();
  if (view === 'table') {
    return (
      <ScrollRegion
        label={label}
        className={cn(CHART_HEIGHT, 'overflow-auto overscroll-contain focus-visible:-outline-offset-2')}
      >
        <StepTable label={label} data={data} />
      </ScrollRegion>
    );
  }
  return (
    <div>
      <div className={cn(CHART_HEIGHT, 'px-3')}>
        <Suspense fallback={<ChartSkeleton />}>
          <StepCanvas
            label={label}
            data={data}
            formatAxis={formatAxis}
            formatTick={formatTick}
            highlighted={highlighted}
          />
        </Suspense>
      </div>
      <ChartLegend series={data.lines} onHighlight={setHighlighted} />
    </div>
  );
}

/** The same figures, the newest first. */
const StepTable = ({ label, data }: { label: string; data: StepData }) => (
  <table aria-label={label} className="w-full border-separate border-spacing-0 text-left text-xs">
    <thead className="sticky top-0 z-10 bg-surface">
      <tr className="[&>th]:border-b [&>th]:border-line">
        <Th>When</Th>
        {data.lines.map(({ id, label: name, colour }) => (
          <Th key={id} numeric>
            <span className="inline-flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-[2px]" style={{ background: colour }} />
              {name}
            </span>
          </Th>
        ))}
      </tr>
    </thead>
    <tbody>
      {data.steps
        .map((step, index) => (
          <tr key={step.at} className="[&>td]:border-b [&>td]:border-line">
            <Td className="h-8 text-muted">
              {step.title}
              {step.note && <span className="text-subtle"> · {step.note}</span>}
            </Td>
            {data.lines.map(({ id, texts }) => (
              <Td key={id} numeric className="h-8 text-ink">
                {texts[index]}
              </Td>
            ))}
          </tr>
        ))
        .reverse()}
    </tbody>
  </table>
);
