import type { MetricValues, UsageResult } from '@tokengrip/core/contract/analytics';
import type { ReactNode } from 'react';
import { Sparkline } from '../../../components/charts/sparkline.tsx';
import { Delta, Points } from '../../../components/ui/figures.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { cn } from '../../../lib/cn.ts';
import { cacheHitRate, errorRate, metricExact, metricNumber, metricText } from '../../../lib/metrics.ts';
import { useMinute } from '../../../lib/now.ts';
import { formatPercent } from '../../../lib/numbers.ts';
import { isRunning } from '../../../lib/period.ts';
import type { ChartMetric } from '../../../lib/search.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { useOverviewState } from '../use-overview.ts';

const BEFORE = 'Compared with the period of the same length before';

interface Cell {
  label: string;
  /** The metric that the chart shows when the cell is pressed. */
  metric?: ChartMetric;
  value: (values: MetricValues) => { text: string; title?: string };
  change: (now: MetricValues, before: MetricValues) => ReactNode;
  course: (values: MetricValues) => number;
}

const counted = (label: string, metric: ChartMetric, good?: 'up' | 'down'): Cell => ({
  label,
  metric,
  value: (values) => ({ text: metricText(values, metric), title: metricExact(values, metric) }),
  change: (now, before) => (
    <Delta
      now={metricNumber(now, metric)}
      before={metricNumber(before, metric)}
      title={`${BEFORE}: ${metricExact(before, metric)}`}
      {...(good ? { good } : {})}
    />
  ),
  course: (values) => metricNumber(values, metric),
});

const rated = (
  label: string,
  rate: (values: MetricValues) => number | undefined,
  good: 'up' | 'down',
  metric?: ChartMetric,
): Cell => ({
  label,
  ...(metric ? { metric } : {}),
  value: (values) => {
    const share = rate(values);
    return { text: share === undefined ? '—' : formatPercent(share, share < 0.1 ? 2 : 1) };
  },
  change: (now, before) => <Points now={rate(now)} before={rate(before)} good={good} title={BEFORE} />,
  course: (values) => rate(values) ?? 0,
});

const CELLS: readonly Cell[] = [
  counted('Spend', 'cost', 'down'),
  counted('Calls', 'calls'),
  counted('Tokens', 'tokens'),
  rated('Error rate', errorRate, 'down', 'errors'),
  rated('Cache hit rate', cacheHitRate, 'up'),
];

/** The figures of the period. Pressing one puts its course into the chart below. */
export function Summary({ result }: { result: UsageResult | undefined }) {
  const { metric } = useOverviewState();
  const patch = useSearchPatch();
  return (
    // The lines between the cells are the ground showing through the gaps, whatever the number of columns.
    <div className="grid grid-cols-2 gap-px overflow-hidden rounded-t-lg border-b border-line bg-line sm:grid-cols-3 lg:grid-cols-5">
      {CELLS.map((cell) => {
        const active = cell.metric === metric;
        const content = result ? (
          <CellContent cell={cell} result={result} active={active} />
        ) : (
          <CellSkeleton label={cell.label} />
        );
        const className = cn(
          'relative flex min-w-0 flex-col bg-surface px-4 py-3 text-left transition-colors',
          'max-sm:first:col-span-2 sm:max-lg:last:col-span-2',
        );
        if (!cell.metric) {
          return (
            <div key={cell.label} className={className}>
              {content}
            </div>
          );
        }
        return (
          <button
            key={cell.label}
            type="button"
            aria-pressed={active}
            onClick={() => patch({ metric: cell.metric === 'cost' ? undefined : cell.metric })}
            className={cn(className, 'hover:bg-sunken focus-visible:-outline-offset-2')}
          >
            {active && <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 bg-accent" />}
            {content}
          </button>
        );
      })}
    </div>
  );
}

/** Without the bucket that is not over: in a line this small it would read as a fall. */
function course(result: UsageResult, now: number): MetricValues[] {
  const last = result.buckets.at(-1);
  return last !== undefined && isRunning(last, undefined, result.to, now) ? result.series.slice(0, -1) : result.series;
}

function CellContent({ cell, result, active }: { cell: Cell; result: UsageResult; active: boolean }) {
  const now = useMinute();
  const { text, title } = cell.value(result.totals);
  return (
    <>
      <span className={cn('text-xs font-medium', active ? 'text-ink' : 'text-muted')}>{cell.label}</span>
      <span className="mt-0.5 flex items-baseline gap-x-2 max-sm:flex-col">
        <span className="text-2xl font-semibold tracking-tight text-ink nums" title={title}>
          {text}
        </span>
        <span className="text-xs">{result.previous && cell.change(result.totals, result.previous)}</span>
      </span>
      <Sparkline
        values={course(result, now).map(cell.course)}
        className={cn('mt-1.5 h-7 w-full', active ? 'text-accent' : 'text-subtle')}
      />
    </>
  );
}

const CellSkeleton = ({ label }: { label: string }) => (
  <>
    <span className="text-xs font-medium text-muted">{label}</span>
    <span className="mt-0.5 flex h-8 items-center max-sm:h-12">
      <Skeleton className="h-6 w-24" />
    </span>
    <Skeleton className="mt-1.5 h-7 w-full" />
  </>
);
