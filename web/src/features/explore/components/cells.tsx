import type { ReactNode } from 'react';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { Delta, Points } from '../../../components/ui/figures.tsx';
import { Td } from '../../../components/ui/table.tsx';
import { cn } from '../../../lib/cn.ts';
import { metricExact, metricFacts, metricNumber, metricText, metricValue } from '../../../lib/metrics.ts';
import { sumPlaces } from '../../../lib/money.ts';
import { formatPercent } from '../../../lib/numbers.ts';
import { type Column, type Row, shareOf, type TableRows } from '../columns.ts';

/** Smaller changes are the ordinary up and down of a table. */
const NOTABLE = 0.25;

/** Digits after the point of each column of money, so that it lines up. */
export function placesOf(columns: readonly Column[], { groups, total }: TableRows): Map<string, number> {
  const shown = [...groups, total];
  return new Map(
    columns.flatMap((column) => {
      if ((column.kind !== 'metric' && column.kind !== 'before') || metricFacts(column.metric).unit !== 'usd')
        return [];
      const texts = shown.flatMap(({ values, previous }) => {
        const value = metricValue((column.kind === 'before' ? previous : values) ?? {}, column.metric);
        return value === null ? [] : [String(value)];
      });
      return [[column.id, sumPlaces(texts)]];
    }),
  );
}

interface CellProps {
  column: Column;
  row: Row;
  total: Row;
  places: ReadonlyMap<string, number>;
  /** What stands in the place of a name. */
  children: ReactNode;
}

export function Cell({ column, row, total, places, children }: CellProps) {
  switch (column.kind) {
    case 'name':
      return (
        <Td className="max-w-64 min-w-28 max-sm:max-w-40 sm:min-w-40">
          <span className="flex items-center gap-2">
            {column.index === 0 && row.colour && (
              <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: row.colour }} />
            )}
            {children}
          </span>
        </Td>
      );
    case 'metric':
      return <Figure column={column} row={row} values={row.values} places={places} />;
    case 'before':
      return row.previous ? (
        <Figure column={column} row={row} values={row.previous} places={places} />
      ) : (
        <Td numeric className="text-subtle">
          —
        </Td>
      );
    case 'share':
      return <ShareCell row={row} total={total} column={column} />;
    case 'change':
      return (
        <Td numeric className="text-xs">
          {row.previous ? (
            <Change values={row.values} previous={row.previous} metric={column.metric} judgedFrom={NOTABLE} />
          ) : (
            <span className="text-subtle">—</span>
          )}
        </Td>
      );
  }
}

type Figured = Extract<Column, { metric: unknown }>;

function Figure({
  column,
  row,
  values,
  places,
}: Pick<CellProps, 'row' | 'places'> & { column: Figured; values: Row['values'] }) {
  const text = metricText(values, column.metric, places.get(column.id));
  return (
    <Td
      numeric
      title={metricExact(values, column.metric)}
      className={cn(
        column.kind === 'metric' && row.id !== 'rest' ? 'text-ink' : 'text-muted',
        text === '—' && 'text-subtle',
      )}
    >
      {text}
    </Td>
  );
}

function ShareCell({ row, total, column }: Pick<CellProps, 'row' | 'total'> & { column: Figured }) {
  const share = shareOf(row, total, column.metric);
  return (
    <Td numeric>
      {share === null ? (
        <span className="text-subtle">—</span>
      ) : (
        <span className="inline-flex items-center gap-2 align-middle text-xs text-muted">
          {row.id !== 'total' && (
            <ShareBar share={share} {...(row.colour ? { colour: row.colour } : {})} className="w-16 max-sm:hidden" />
          )}
          <span className="w-12">{formatPercent(share)}</span>
        </span>
      )}
    </Td>
  );
}

export interface ChangeProps {
  values: Row['values'];
  previous: Row['values'];
  metric: Figured['metric'];
  /** Smaller changes are told without judgement. */
  judgedFrom: number;
}

/** Of a rate in points, of everything else as a part of what it was. */
export function Change({ values, previous, metric, judgedFrom }: ChangeProps) {
  const { unit, good } = metricFacts(metric);
  const now = metricValue(values, metric);
  const before = metricValue(previous, metric);
  const title = `Before: ${metricExact(previous, metric)}`;
  if (unit === 'share') {
    return now === null || before === null ? (
      <span className="text-subtle">—</span>
    ) : (
      <Points now={Number(now)} before={Number(before)} good={good ?? 'up'} title={title} />
    );
  }
  return (
    <Delta
      now={metricNumber(values, metric)}
      before={metricNumber(previous, metric)}
      judgedFrom={judgedFrom}
      title={title}
      {...(good ? { good } : {})}
    />
  );
}
