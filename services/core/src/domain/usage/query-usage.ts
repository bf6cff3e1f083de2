import type { Dimension, Metric, UsageGroup, UsageQuery, UsageResult } from '../../contract/analytics.ts';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';
import { aggregateUsage, type MetricRow } from './aggregate-usage.ts';
import { chooseProjects } from './choose-projects.ts';
import { groupLabels } from './group-labels.ts';
import { bucketStarts, isTimeZone } from './time-buckets.ts';
import { type Period, readMetrics, type UsageFilter } from './usage-cells.ts';

const DEFAULT_METRICS: Metric[] = ['cost', 'calls'];
const DEFAULT_LIMIT = 8;

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
  const limit = query.limit ?? DEFAULT_LIMIT;
  const filter = { ...query, projectIds: await chooseProjects(tx, organization.id, query.projectId) } as UsageFilter;
  const buckets = query.bucket ? bucketStarts(period, query.bucket as 'day', timeZone) : [];

  const now = await aggregateUsage(tx, { period, filter, metrics, dimensions, buckets, limit });
  const before =
    query.compare === 'previous'
      ? await aggregateUsage(tx, {
          period: periodBefore(period),
          filter,
          metrics,
          dimensions,
          buckets: [],
          limit: Number.MAX_SAFE_INTEGER,
        })
      : undefined;
  const labels = await groupLabels(
    tx,
    organization.id,
    dimensions,
    now.groups.map(({ key }) => key),
  );
  const previousOf = new Map(before?.groups.map(({ key, totals }) => [JSON.stringify(key), totals]));
  const read = (row: MetricRow | undefined) => readMetrics(row, metrics);

  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    timeZone,
    buckets: buckets.map((start) => start.toISOString()),
    totals: read(now.totals),
    previous: before ? read(before.totals) : null,
    series: now.series.map(read),
    groups: now.groups.map(
      ({ key, totals, series }, i): UsageGroup => ({
        key,
        label: labels[i] ?? key,
        totals: read(totals),
        previous: before ? read(previousOf.get(JSON.stringify(key))) : null,
        series: series.map(read),
      }),
    ),
    other: now.rest && {
      groups: now.rest.groups,
      totals: read(now.rest.totals),
      series: now.rest.series.map(read),
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
