import { Td, Th } from '../ui/table.tsx';
import type { TimeSeriesData } from './series.ts';

/** In a stack nothing is no part; among lines, nothing measured is no point. */
const isEmpty = (data: TimeSeriesData, value: number | null | undefined) =>
  value === null || (data.shape === 'stack' && value === 0);

/** The same figures as the chart, the newest first. */
export function ChartTable({ label, data }: { label: string; data: TimeSeriesData }) {
  const order = data.buckets.map((_, index) => index).reverse();
  return (
    <table aria-label={label} className="w-full border-separate border-spacing-0 text-left text-xs">
      <thead className="sticky top-0 z-10 bg-surface">
        <tr className="[&>th]:border-b [&>th]:border-line">
          <Th>Period</Th>
          <Th numeric>{data.shape === 'stack' ? 'Total' : 'All'}</Th>
          {data.series.map((series) => (
            <Th key={series.id} numeric>
              <span className="inline-flex items-center gap-1.5">
                <span aria-hidden className="size-2 rounded-[2px]" style={{ background: series.colour }} />
                {series.label}
              </span>
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {order.map((index) => (
          <tr key={data.buckets[index]?.title} className="[&>td]:border-b [&>td]:border-line">
            <Td className="h-8 text-muted">
              {data.buckets[index]?.title}
              {data.buckets[index]?.running && <span className="text-subtle"> so far</span>}
            </Td>
            <Td numeric className="h-8 font-medium text-ink">
              {data.totals[index]}
            </Td>
            {data.series.map((series) => (
              <Td key={series.id} numeric className="h-8 text-muted">
                {isEmpty(data, series.values[index]) ? <span className="text-subtle">—</span> : series.texts[index]}
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
