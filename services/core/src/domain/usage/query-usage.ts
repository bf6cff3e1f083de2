import { sql } from 'kysely';
import type { Dimension, Metric, UsageGroup, UsageQuery, UsageResult } from '../../contract/analytics.ts';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from './choose-projects.ts';
import { groupLabels } from './group-labels.ts';
import { bucketStarts, isTimeZone } from './time-buckets.ts';
import { dimensionSql, metricColumns, type Period, readMetrics, type UsageFilter, usageCells } from './usage-cells.ts';

type Row = Record<string, unknown>;

const DEFAULT_METRICS: Metric[] = ['cost', 'calls'];

/**
 * What an organization used in a period: totals, groups by up to two dimensions, buckets of time, and the period before
 * to compare with. Exact for every period and every time zone.
 * @throws AppError `invalid_request` naming the field
 */
export async function queryUsage(
  tx: Db,
  organization: { id: number; timeZone: string },
  query: UsageQuery,
): Promise<UsageResult> {
  const period = readPeriod(query);
  const timeZone = query.timeZone ?? organization.timeZone;
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'must be an IANA time zone, e.g. Europe/Berlin');
  const metrics = (query.metrics ?? DEFAULT_METRICS) as Metric[];
  const dimensions = (query.groupBy ?? []) as Dimension[];
  const filter = { ...query, projectIds: await chooseProjects(tx, organization.id, query.projectId) } as UsageFilter;
  const before = query.compare === 'previous' ? periodBefore(period) : undefined;
  const buckets = query.bucket ? bucketStarts(period, query.bucket as 'day', timeZone) : [];

  const totals = await groupTotals(tx, period, filter, metrics, dimensions);
  const previous = before ? await groupTotals(tx, before, filter, metrics, dimensions) : undefined;
  const named = totals.groups.slice(0, query.limit ?? 8);
  const series =
    buckets.length > 0 ? await groupSeries(tx, period, filter, metrics, dimensions, named, buckets) : undefined;
  const labels = await groupLabels(
    tx,
    organization.id,
    dimensions,
    named.map(({ key }) => key),
  );
  const previousOf = new Map(previous?.groups.map((group) => [groupId(group.key), group.row]));

  const groups: UsageGroup[] = named.map(({ key, row }, index) => ({
    key,
    label: labels[index] ?? key,
    totals: readMetrics(row, metrics),
    previous: previous ? readMetrics(previousOf.get(groupId(key)), metrics) : null,
    series: buckets.map((_, bucket) => readMetrics(series?.get(`${bucket} ${index}`), metrics)),
  }));
  const rest = totals.groups.slice(named.length);
  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    timeZone,
    buckets: buckets.map((start) => start.toISOString()),
    totals: readMetrics(totals.row, metrics),
    previous: previous ? readMetrics(previous.row, metrics) : null,
    series: buckets.map((_, bucket) => readMetrics(sumRows(series, bucket, named.length, metrics), metrics)),
    groups,
    other:
      rest.length === 0
        ? null
        : {
            groups: rest.length,
            totals: readMetrics(
              addRows(
                rest.map(({ row }) => row),
                metrics,
              ),
              metrics,
            ),
            series: buckets.map((_, bucket) => readMetrics(series?.get(`${bucket} ${OTHER}`), metrics)),
          },
  };
}

function readPeriod(query: UsageQuery): Period {
  const period = { from: new Date(query.from), to: new Date(query.to) };
  if (period.from >= period.to) throw invalidField('to', 'must be later than `from`');
  return period;
}

const periodBefore = ({ from, to }: Period): Period => ({
  from: new Date(2 * from.getTime() - to.getTime()),
  to: from,
});

interface GroupRow {
  key: string[];
  row: Row;
}

const groupId = (key: string[]) => JSON.stringify(key);

const dimensionColumns = (dimensions: Dimension[]) =>
  dimensions.map((dimension, i) => sql`${dimensionSql(dimension)} as ${sql.id(`d${i}`)}`);

/** Totals by group, the largest first by the first metric, and over everything. */
async function groupTotals(tx: Db, period: Period, filter: UsageFilter, metrics: Metric[], dimensions: Dimension[]) {
  const columns = dimensionColumns(dimensions);
  const { rows } = await sql<Row>`
    select ${sql.join([...columns, metricColumns(metrics)])}
    from ${usageCells(period, filter)}
    ${dimensions.length > 0 ? sql`group by ${sql.join(dimensions.map((_, i) => sql.id(`d${i}`)))}` : sql``}`.execute(
    tx,
  );
  if (dimensions.length === 0) return { groups: [], row: rows[0] ?? {} };
  const by = `m:${metrics[0]}`;
  const groups: GroupRow[] = rows.map((row) => ({ key: dimensions.map((_, i) => String(row[`d${i}`])), row }));
  groups.sort((a, b) => compare(b.row[by], a.row[by]) || groupId(a.key).localeCompare(groupId(b.key)));
  return { groups, row: addRows(rows, metrics) };
}

const compare = (a: unknown, b: unknown) =>
  (a as bigint) < (b as bigint) ? -1 : (a as bigint) > (b as bigint) ? 1 : 0;

/** The index that stands for all groups without a name of their own. */
const OTHER = -1;

/** Rows by `<bucket index> <group index>`. */
async function groupSeries(
  tx: Db,
  period: Period,
  filter: UsageFilter,
  metrics: Metric[],
  dimensions: Dimension[],
  named: GroupRow[],
  buckets: Date[],
): Promise<Map<string, Row>> {
  // A cell of the rollup starts inside the period, never before it, so that the first bucket's true start is no matter.
  const bucketIndex = sql`width_bucket(bucket, ${buckets.map((start) => start.toISOString())}::timestamptz[]) - 1`;
  const key =
    dimensions.length > 0 ? sql`jsonb_build_array(${sql.join(dimensions.map(dimensionSql))})` : sql`'[]'::jsonb`;
  const groupIndex =
    dimensions.length === 0
      ? sql`${OTHER}::integer`
      : sql`coalesce(array_position(${named.map((group) => groupId(group.key))}::jsonb[], ${key}) - 1, ${OTHER})`;
  const { rows } = await sql<Row & { bucket_index: number; group_index: number }>`
    select ${bucketIndex} as bucket_index, ${groupIndex} as group_index, ${metricColumns(metrics)}
    from ${usageCells(period, filter)}
    group by 1, 2`.execute(tx);
  return new Map(rows.map((row) => [`${row.bucket_index} ${row.group_index}`, row]));
}

function sumRows(series: Map<string, Row> | undefined, bucket: number, groups: number, metrics: Metric[]): Row {
  const rows: Row[] = [];
  for (let group = OTHER; group < groups; group += 1) {
    const row = series?.get(`${bucket} ${group}`);
    if (row) rows.push(row);
  }
  return addRows(rows, metrics);
}

function addRows(rows: Row[], metrics: Metric[]): Row {
  return Object.fromEntries(
    metrics.map((metric) => [`m:${metric}`, rows.reduce((sum, row) => sum + (row[`m:${metric}`] as bigint), 0n)]),
  );
}
