import type { Dimension, Metric, MetricValues, UsageResult } from '@tokengrip/core/contract/analytics';
import { groupColours, groupId } from '../../components/charts/usage-series.ts';
import { seriesColour } from '../../lib/colours.ts';
import type { CsvCell } from '../../lib/csv.ts';
import { dimensionLabel, metricFacts, metricLabel, metricNumber, metricValue } from '../../lib/metrics.ts';
import { groupName } from '../../lib/names.ts';

export interface Row {
  id: string;
  /** Of each dimension; absent for the rest and the total. */
  key: readonly string[] | undefined;
  /** What people read, one for each dimension. */
  names: readonly string[];
  colour: string | undefined;
  values: MetricValues;
  previous: MetricValues | null | undefined;
}

export type Column = { id: string; label: string } & (
  | { kind: 'name'; index: number }
  | { kind: 'metric' | 'before'; metric: Metric }
  | { kind: 'share' | 'change'; metric: Metric }
);

interface Choice {
  metric: Metric;
  by: readonly Dimension[];
  columns: readonly Metric[];
  compare: boolean;
}

/** The columns of the table, in their order; the CSV has the same. */
export function tableColumns({ metric, by, columns, compare }: Choice): Column[] {
  const names = by.map(
    (dimension, index): Column => ({
      kind: 'name',
      id: dimension,
      label: dimensionLabel(dimension),
      index,
    }),
  );
  const share: Column[] = metricFacts(metric).apart ? [] : [{ kind: 'share', id: 'share', label: 'Share', metric }];
  const before: Column[] = compare
    ? [
        { kind: 'before', id: 'before', label: 'Before', metric },
        { kind: 'change', id: 'change', label: 'Change', metric },
      ]
    : [];
  const more = columns.map(
    (column): Column => ({
      kind: 'metric',
      id: column,
      label: metricLabel(column),
      metric: column,
    }),
  );
  return [
    ...(names.length > 0 ? names : [{ kind: 'name', id: 'all', label: '', index: 0 } as const]),
    { kind: 'metric', id: metric, label: metricLabel(metric), metric },
    ...share,
    ...before,
    ...more,
  ];
}

export interface TableRows {
  groups: Row[];
  rest: Row | undefined;
  total: Row;
}

export function tableRows(result: UsageResult, by: readonly Dimension[]): TableRows {
  const colourOf = groupColours(by, result.groups);
  const groups = by.length === 0 ? [] : result.groups;
  return {
    groups: groups.map((group): Row => {
      const id = groupId(group.key);
      return {
        id,
        key: group.key,
        names: by.map((dimension, index) => groupName(dimension, group.label[index] ?? '')),
        colour: colourOf(id),
        values: group.totals,
        previous: group.previous,
      };
    }),
    rest: result.other
      ? {
          id: 'rest',
          key: undefined,
          names: [`${result.other.groups} others`],
          colour: seriesColour(undefined),
          values: result.other.totals,
          previous: undefined,
        }
      : undefined,
    total: {
      id: 'total',
      key: undefined,
      names: ['Total'],
      colour: undefined,
      values: result.totals,
      previous: result.previous,
    },
  };
}

/** The part of the whole; `null` where there is no whole. */
export function shareOf(row: Row, total: Row, metric: Metric): number | null {
  const whole = metricNumber(total.values, metric);
  return whole > 0 ? metricNumber(row.values, metric) / whole : null;
}

/** What a column sorts by; `null` stands last. */
function sortValue(column: Column, row: Row, total: Row): string | number | null {
  switch (column.kind) {
    case 'name':
      return (row.names[column.index] ?? '').toLowerCase();
    case 'share':
      return shareOf(row, total, column.metric);
    case 'metric':
      return asNumber(metricValue(row.values, column.metric));
    case 'before':
      return row.previous ? asNumber(metricValue(row.previous, column.metric)) : null;
    case 'change': {
      if (!row.previous) return null;
      const before = metricNumber(row.previous, column.metric);
      return before === 0 ? null : (metricNumber(row.values, column.metric) - before) / before;
    }
  }
}

const asNumber = (value: string | number | null) => (value === null ? null : Number(value));

/** The one that an address names; the metric in the place of one that is not there. */
export const sortColumn = (columns: readonly Column[], sort: string): Column | undefined =>
  columns.find(({ id }) => id === sort) ?? columns.find(({ kind }) => kind === 'metric');

/** Equals keep the order of the ranking. */
export function sortRows({ groups, total }: TableRows, column: Column | undefined, ascending: boolean): Row[] {
  if (!column) return groups;
  const keyed = groups.map((row) => ({ row, value: sortValue(column, row, total) }));
  return keyed
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      const order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
      return ascending ? order : -order;
    })
    .map(({ row }) => row);
}

export const csvNames = (columns: readonly Column[]): string[] =>
  columns.map((column) => {
    if (column.kind === 'name') return column.label === '' ? 'All' : column.label;
    const unit = { usd: ' (USD)', ms: ' (ms)', share: '', count: '', tokens: '' }[metricFacts(column.metric).unit];
    if (column.kind === 'before') return `${metricLabel(column.metric)} before${unit}`;
    return column.kind === 'metric' ? column.label + unit : column.label;
  });

/** Every digit of what the table shows rounded; shares and changes of 0 to 1. */
export function csvCells(columns: readonly Column[], row: Row, total: Row): CsvCell[] {
  return columns.map((column): CsvCell => {
    switch (column.kind) {
      case 'name':
        return { text: row.names[column.index] ?? '' };
      case 'metric':
        return { number: metricValue(row.values, column.metric) };
      case 'before':
        return { number: row.previous ? metricValue(row.previous, column.metric) : null };
      default:
        return { number: sortValue(column, row, total) };
    }
  });
}
