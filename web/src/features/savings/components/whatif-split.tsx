import type { WhatIfResult, WhatIfSums } from '@tokengrip/core/contract/whatif';
import { ChartColumn, Table2 } from 'lucide-react';
import { useMemo } from 'react';
import type { TimeSeriesData } from '../../../components/charts/series.ts';
import { TimeSeries } from '../../../components/charts/time-series.tsx';
import { Difference, signedUsd } from '../../../components/ui/difference.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { subtractDecimals } from '../../../lib/decimal.ts';
import { columnPlaces, formatUsd, formatUsdAxis } from '../../../lib/money.ts';
import { groupName } from '../../../lib/names.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { localDay } from '../../../lib/period.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatBucket, formatTick } from '../../../lib/time.ts';
import { useSavingsSearch } from '../use-savings.ts';

const SPLITS = [
  { value: 'day', label: 'By day' },
  { value: 'model', label: 'By model' },
  { value: 'feature', label: 'By feature' },
] as const;

const VIEWS = [
  { value: 'chart' as const, label: <ChartColumn size={14} aria-hidden />, title: 'Show as a chart' },
  { value: 'table' as const, label: <Table2 size={14} aria-hidden />, title: 'Show as a table' },
];

/** Where the difference is: day by day, or by the models or features as they were. */
export function WhatIfSplit({ result }: { result: WhatIfResult }) {
  const { split = 'day', view = 'chart' } = useSavingsSearch();
  const patch = useSearchPatch();
  return (
    <Panel aria-label="Where the difference is" className="pb-2">
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
        <Segmented
          label="Split"
          value={split}
          onChange={(next) => patch({ split: next === 'day' ? undefined : next }, { replace: true })}
          options={SPLITS}
        />
        {split === 'day' && (
          <Segmented
            label="View"
            value={view}
            onChange={(next) => patch({ view: next === 'table' ? 'table' : undefined }, { replace: true })}
            options={VIEWS}
          />
        )}
      </div>
      {split === 'day' && view === 'chart' ? (
        <DayChart result={result} />
      ) : (
        <SumsTable
          what={split}
          rows={
            split === 'day'
              ? result.byDay.map(({ day, ...sums }) => ({ id: day, name: dayTitle(day), sums })).reverse()
              : (split === 'model' ? result.byModel : result.byFeature).map(({ key, ...sums }) => ({
                  id: key?.join('\n') ?? '\nothers',
                  name: key === null ? 'All others' : groupName(split, key.at(-1) ?? ''),
                  note: key !== null && split === 'model' ? key[0] : undefined,
                  sums,
                }))
          }
        />
      )}
    </Panel>
  );
}

const noon = (day: string) => `${day}T12:00:00Z`;
const dayTitle = (day: string) => formatBucket(noon(day), 'day', 'UTC');

function DayChart({ result: { byDay, timeZone, computedAt } }: { result: WhatIfResult }) {
  // It was not over when it was computed.
  const unfinished = localDay(computedAt, timeZone);
  const data = useMemo((): TimeSeriesData => {
    const places = columnPlaces(byDay.flatMap(({ costBefore, costAfter }) => [costBefore, costAfter]));
    const line = (id: 'costBefore' | 'costAfter', label: string, colour: string) => ({
      id,
      label,
      colour,
      values: byDay.map((day) => Number(day[id])),
      texts: byDay.map((day) => formatUsd(day[id], places)),
    });
    return {
      shape: 'lines',
      buckets: byDay.map(({ day }) => ({
        title: dayTitle(day),
        tick: formatTick(noon(day), 'day', 'UTC'),
        running: day === unfinished,
      })),
      series: [
        line('costBefore', 'As it was', 'var(--series-1)'),
        line('costAfter', 'As it would have been', 'var(--series-4)'),
      ],
      totals: byDay.map(({ costBefore, costAfter }) => signedUsd(subtractDecimals(costAfter, costBefore))),
    };
  }, [byDay, unfinished]);
  return <TimeSeries label="Cost by day, before and after" data={data} formatAxis={formatUsdAxis} view="chart" />;
}

/** More digits than these nobody compares. */
const MOST_PLACES = 3;

interface SumsRow {
  id: string;
  name: string;
  note?: string | undefined;
  sums: WhatIfSums;
}

function SumsTable({ what, rows }: { what: 'day' | 'model' | 'feature'; rows: readonly SumsRow[] }) {
  const places = columnPlaces(
    rows.flatMap(({ sums }) => [sums.costBefore, sums.costAfter]),
    MOST_PLACES,
  );
  return (
    <Table aria-label={`Before and after, by ${what}`}>
      <thead>
        <tr>
          <Th>{what.charAt(0).toUpperCase() + what.slice(1)}</Th>
          <Th numeric className="max-sm:hidden">
            Calls
          </Th>
          <Th numeric>Before</Th>
          <Th numeric>After</Th>
          <Th numeric>Difference</Th>
          <Th numeric className="max-md:hidden">
            Change
          </Th>
          <Th numeric className="max-lg:hidden">
            Not in it
          </Th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, note, sums }) => {
          const [before, after] = [Number(sums.costBefore), Number(sums.costAfter)];
          const left = sums.calls - sums.pricedCalls;
          const known = sums.pricedCalls > 0;
          return (
            <tr key={id} className="border-t border-line hover:bg-hover">
              <Td className="max-w-56 truncate text-ink sm:max-w-96" title={name}>
                {name} {note && <span className="text-xs text-subtle">{note}</span>}
              </Td>
              <Td numeric className="text-muted max-sm:hidden">
                {formatCount(sums.calls)}
              </Td>
              <Td numeric>{known ? <Money usd={sums.costBefore} places={places} /> : '—'}</Td>
              <Td numeric>{known ? <Money usd={sums.costAfter} places={places} /> : '—'}</Td>
              <Td numeric>
                {known ? <Difference before={sums.costBefore} after={sums.costAfter} places={places} /> : '—'}
              </Td>
              <Td numeric className="text-muted max-md:hidden">
                {before > 0 && after !== before
                  ? `${after < before ? '−' : '+'}${formatPercent(Math.abs(after / before - 1))}`
                  : '—'}
              </Td>
              <Td numeric className="text-muted max-lg:hidden">
                {left > 0 ? <span className="text-warn">{formatCount(left)}</span> : '—'}
              </Td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
