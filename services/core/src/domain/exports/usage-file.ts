import type { Dimension, Metric, MetricValues, UsageQuery, UsageResult } from '../../contract/analytics.ts';
import type { UsageExportQuery } from '../../contract/exports.ts';
import type { Snapshot } from '../../db/scope.ts';
import { queryUsage } from '../usage/query-usage.ts';
import { type Column, csvText, jsonLinesText, jsonText } from './file-text.ts';
import { fileName } from './open-source.ts';

interface UsageRow {
  /** `null`: the whole period. */
  bucket: string | null;
  /** `undefined` is the rest of the groups, or everything where there are none. */
  key: readonly string[] | undefined;
  label: readonly string[] | undefined;
  values: MetricValues;
  previous: MetricValues | null | undefined;
}

const DEFAULT_METRICS: readonly Metric[] = ['cost', 'calls'];
const REST = '(other)';

/**
 * What a query of usage answers as a file: a row for each group and bucket, or each group, the rest of the groups last.
 * @throws AppError as `queryUsage`
 */
export async function usageFile(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  { format, bom = false, ...query }: UsageExportQuery,
): Promise<{ fileName: string; contentType: string; text: string }> {
  const rows = rowsOf(await queryUsage(tx, organization, query));
  const columns = columnsOf(query);
  const file = {
    csv: () => csvText(columns, bom),
    json: () => jsonText(toJson(columns)),
    jsonl: () => jsonLinesText(toJson(columns)),
  }[format as 'csv' | 'json' | 'jsonl']();
  return {
    fileName: fileName('usage', query, file.extension),
    contentType: file.contentType,
    text: file.begin + file.rows(rows, true) + file.end,
  };
}

function rowsOf({ buckets, groups, other, totals, previous, series }: UsageResult): UsageRow[] {
  const whole = { key: undefined, label: undefined, totals, previous, series };
  const rest = other ? [{ ...other, key: undefined, label: undefined, previous: undefined }] : [];
  const shown = groups.length > 0 ? [...groups, ...rest] : [whole];
  return shown.flatMap(({ key, label, totals: values, previous: before, series: points }): UsageRow[] =>
    buckets.length === 0
      ? [{ bucket: null, key, label, values, previous: before }]
      : buckets.map((bucket, i) => ({ bucket, key, label, values: points[i] ?? {}, previous: undefined })),
  );
}

/** Names of projects and keys stand beside their ids. */
const isNamed = (dimension: string) => dimension === 'project' || dimension === 'key';

function columnsOf({ bucket, groupBy = [], metrics = [...DEFAULT_METRICS], compare }: UsageQuery): Column<UsageRow>[] {
  const text = (name: string, value: Column<UsageRow>['value']): Column<UsageRow> => ({ name, kind: 'text', value });
  const figures = (prefix: string, valuesOf: (row: UsageRow) => MetricValues | null | undefined) =>
    metrics.map(
      (metric): Column<UsageRow> => ({
        name: `${prefix}${metric}`,
        kind: 'number',
        value: (row) => valuesOf(row)?.[metric as Metric],
      }),
    );
  return [
    ...(bucket ? [text('bucket', (row) => row.bucket)] : []),
    ...(groupBy as Dimension[]).flatMap((dimension, i) => [
      text(dimension, (row) => (row.key ? row.key[i] : REST)),
      ...(isNamed(dimension) ? [text(`${dimension}Name`, (row) => row.label?.[i])] : []),
    ]),
    ...figures('', (row) => row.values),
    ...(compare && !bucket ? figures('previous.', (row) => row.previous) : []),
  ];
}

const toJson = (columns: readonly Column<UsageRow>[]) => (row: UsageRow) =>
  Object.fromEntries(columns.map(({ name, value }) => [name, value(row) ?? null]));
