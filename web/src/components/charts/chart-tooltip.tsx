import type { Hover } from './chart-setup.ts';
import type { TimeSeriesData } from './series.ts';
import { tooltipPlace } from './tooltip-place.ts';

/** All series of one bucket, the largest first, under their sum. */
export function ChartTooltip({ hover, data }: { hover: Hover; data: TimeSeriesData }) {
  const bucket = data.buckets[hover.index];
  if (!bucket) return null;
  const rows = data.series
    .map((series) => ({ series, value: series.values[hover.index] ?? null, text: series.texts[hover.index] ?? '' }))
    .filter(({ value }) => value !== null && (value !== 0 || data.shape === 'lines'))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-2 z-20 w-max rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-popup"
      style={tooltipPlace(hover.x, hover.chartWidth)}
    >
      <div className="flex items-baseline justify-between gap-x-6 border-b max-sm:flex-wrap border-line pb-1.5 font-medium text-ink">
        <span>
          {bucket.title}
          {bucket.running && <span className="font-normal text-subtle"> so far</span>}
        </span>
        <span className="nums">{data.totals[hover.index]}</span>
      </div>
      {rows.length === 0 && <p className="pt-1.5 text-subtle">No calls</p>}
      {rows.map(({ series, text }) => (
        <div key={series.id} className="flex items-center gap-2 pt-1.5">
          <span className="size-2 shrink-0 rounded-[2px]" style={{ background: series.colour }} />
          <span className="min-w-0 flex-1 truncate text-muted">{series.label}</span>
          <span className="pl-2 text-ink nums">{text}</span>
        </div>
      ))}
    </div>
  );
}
