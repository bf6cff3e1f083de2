import {
  type Dimension,
  MAX_GROUPS_IN_BUCKETS,
  type Metric,
  type MetricValues,
  type UsageGroup,
  type UsageQuery,
  type UsageResult,
} from '../../contract/analytics.ts';
import type { Snapshot } from '../../db/scope.ts';
import { invalidField } from '../../errors.ts';
import { readCalendars } from '../rollups/calendars.ts';
import { aggregateUsage } from './aggregate-usage.ts';
import { type CellsOfPeriod, chooseCells } from './choose-cells.ts';
import { chooseProjects } from './choose-projects.ts';
import { readDistincts } from './distincts.ts';
import { groupLabels } from './group-labels.ts';
import { type SumMetric, type Sums, splitMetrics, sumValues } from './metrics.ts';
import { readPercentiles } from './percentiles.ts';
import type { Period } from './plan-sources.ts';
import type { Rank } from './ranks.ts';
import { readPeriod } from './read-period.ts';
import { sumsByRank } from './sums-by-rank.ts';
import { bucketStarts, isTimeZone } from './time-buckets.ts';
import { usageFilter } from './usage-filter.ts';

const DEFAULT_METRICS: Metric[] = ['cost', 'calls'];
const DEFAULT_LIMIT = 8;

/** All metrics of a group, in one bucket of time or in the whole period. */
type ReadValues = (sums: Sums | undefined, rank: Rank, bucket?: number) => MetricValues;

/**
 * What an organization used in a period: totals, groups by up to two dimensions, buckets of time, and the period before
 * to compare with. Exact for every period and every time zone, and never behind: what is not derived yet is read from
 * the finer tables, which is why it takes one view of the database for everything.
 * @throws AppError `invalid_request` naming the field
 */
export async function queryUsage(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  query: UsageQuery,
): Promise<UsageResult> {
  const period = readPeriod(query);
  const timeZone = query.timeZone ?? organization.timeZone;
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'must be an IANA time zone, e.g. Europe/Berlin');
  if (query.bucket && (query.limit ?? 0) > MAX_GROUPS_IN_BUCKETS) {
    throw invalidField('limit', `must be at most ${MAX_GROUPS_IN_BUCKETS} together with \`bucket\``);
  }
  const metrics = (query.metrics ?? DEFAULT_METRICS) as Metric[];
  const dimensions = (query.groupBy ?? []) as Dimension[];
  const filter = usageFilter(query, await chooseProjects(tx, organization.id, query.projectId));
  const buckets = query.bucket ? bucketStarts(period, query.bucket as 'day', timeZone) : [];
  const { active } = await readCalendars(tx, organization.id);
  const bucket = query.bucket as 'day' | undefined;
  const wanted = { filter, dimensions, timeZone, bucket, calendar: active, metrics: splitMetrics(metrics).sums };

  const cells = await chooseCells(tx, { ...wanted, period });
  const now = await aggregateUsage(tx, {
    cells: cells.sums,
    metrics: rankedBy(metrics),
    buckets,
    limit: query.limit ?? DEFAULT_LIMIT,
  });
  const keys = now.groups.map(({ key }) => key);
  const read = await valuesReader(tx, cells, keys, metrics, buckets);
  const readBefore =
    query.compare === 'previous'
      ? await readPeriodBefore(tx, await chooseCells(tx, { ...wanted, period: periodBefore(period) }), keys, metrics)
      : () => null;
  const labels = await groupLabels(tx, organization.id, dimensions, keys);
  const series = (sums: readonly (Sums | undefined)[], rank: Rank) =>
    sums.map((sum, bucket) => read(sum, rank, bucket));

  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    timeZone,
    buckets: buckets.map((start) => start.toISOString()),
    totals: read(now.totals, 'all'),
    previous: readBefore('all'),
    series: series(now.series, 'all'),
    groups: now.groups.map(
      (group, i): UsageGroup => ({
        key: group.key,
        label: labels[i] ?? group.key,
        totals: read(group.totals, i + 1),
        previous: readBefore(i + 1),
        series: series(group.series, i + 1),
      }),
    ),
    other: now.rest && {
      groups: now.rest.groups,
      totals: read(now.rest.totals, null),
      series: series(now.rest.series, null),
    },
  };
}

/** The sums among the metrics, and before them, if the first one is none, what then ranks the groups. */
function rankedBy(metrics: readonly Metric[]): [SumMetric, ...SumMetric[]] {
  const { sums } = splitMetrics(metrics);
  const [first = 'calls', ...more] =
    sums[0] === metrics[0] ? sums : (['calls', ...sums.filter((sum) => sum !== 'calls')] as const);
  return [first, ...more];
}

async function valuesReader(
  tx: Snapshot,
  cells: CellsOfPeriod,
  keys: readonly (readonly string[])[],
  metrics: readonly Metric[],
  buckets: readonly Date[],
): Promise<ReadValues> {
  const { percentiles, distincts } = splitMetrics(metrics);
  const percentile = await readPercentiles(tx, cells.histograms, keys, percentiles, buckets);
  const distinct = await readDistincts(tx, cells.distincts, keys, distincts, buckets);
  return (values, rank, bucket) => ({
    ...sumValues(values, metrics),
    ...Object.fromEntries(percentiles.map((metric) => [metric, percentile(metric, rank, bucket)])),
    ...Object.fromEntries(distincts.map((metric) => [metric, distinct(metric, rank, bucket)])),
  });
}

async function readPeriodBefore(
  tx: Snapshot,
  cells: CellsOfPeriod,
  keys: readonly (readonly string[])[],
  metrics: readonly Metric[],
): Promise<(rank: Rank) => MetricValues> {
  const sums = await sumsByRank(tx, cells.sums, keys, splitMetrics(metrics).sums);
  const read = await valuesReader(tx, cells, keys, metrics, []);
  return (rank) => read(sums(rank), rank);
}

const periodBefore = ({ from, to }: Period): Period => ({
  from: new Date(2 * from.getTime() - to.getTime()),
  to: from,
});
