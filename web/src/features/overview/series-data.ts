import type { Bucket, MetricValues, UsageResult } from '@tokengrip/core/contract/analytics';
import type { ChartSeries, TimeSeriesData } from '../../components/charts/series.ts';
import { paletteOf, seriesColour } from '../../lib/colours.ts';
import { metricNumber, metricText } from '../../lib/metrics.ts';
import { groupName } from '../../lib/names.ts';
import { isRunning } from '../../lib/period.ts';
import type { ChartDimension, ChartMetric } from '../../lib/search.ts';
import { formatBucket, formatTick } from '../../lib/time.ts';

/** No group can have this name. */
const OTHER = '\nother';

/** A reply of the API in the form of the chart: groups by name with their colours, then the rest. */
export function seriesData(
  result: UsageResult,
  { metric, by, bucket, now }: { metric: ChartMetric; by: ChartDimension; bucket: Bucket; now: number },
): TimeSeriesData {
  const slots = paletteOf(by).assign(result.groups.map((group) => group.key[0] ?? ''));
  const series = (id: string, label: string, colour: string, values: readonly MetricValues[]): ChartSeries => ({
    id,
    label,
    colour,
    values: values.map((value) => metricNumber(value, metric)),
    texts: values.map((value) => metricText(value, metric)),
  });
  const named = result.groups.map((group) => {
    const key = group.key[0] ?? '';
    return series(key, groupName(by, group.label[0] ?? ''), seriesColour(slots.get(key)), group.series);
  });
  const rest = result.other
    ? [series(OTHER, `${result.other.groups} others`, seriesColour(undefined), result.other.series)]
    : [];
  return {
    buckets: result.buckets.map((start, index) => ({
      title: formatBucket(start, bucket, result.timeZone),
      tick: formatTick(start, bucket, result.timeZone),
      running: isRunning(start, result.buckets[index + 1], result.to, now),
    })),
    series: [...named, ...rest].filter(({ values }) => values.some((value) => value !== 0)),
    totals: result.series.map((value) => metricText(value, metric)),
  };
}

/** What stands in a group's place in filters, or `undefined` for the rest, which has no name. */
export const selectable = (id: string): string | undefined => (id === OTHER ? undefined : id);
