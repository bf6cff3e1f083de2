import type {
  Bucket,
  Dimension,
  Metric,
  MetricValues,
  UsageGroup,
  UsageResult,
} from '@tokengrip/core/contract/analytics';
import { paletteOf, SERIES_SLOTS, seriesColour } from '../../lib/colours.ts';
import { metricFacts, metricLabel, metricText, metricValue } from '../../lib/metrics.ts';
import { groupName } from '../../lib/names.ts';
import { isRunning } from '../../lib/period.ts';
import { formatBucket, formatTick } from '../../lib/time.ts';
import type { ChartSeries, TimeSeriesData } from './series.ts';

/** No group can have this name. */
const OTHER = '\nother';
/** What stands between the parts of a group of two dimensions; no name has it. */
const BETWEEN = '\n';

/** One group of a reply in the place of a name, of as many dimensions as there are. */
export const groupId = (key: readonly string[]): string => key.join(BETWEEN);

/** What stands in a group's place in filters, or `undefined` for the rest, which has no name. */
export const selectable = (id: string): string[] | undefined => (id === OTHER ? undefined : id.split(BETWEEN));

/** As people read it: `gpt-5-mini · chat`. */
const groupTitle = (by: readonly Dimension[], { label }: Pick<UsageGroup, 'label'>): string =>
  by.map((dimension, index) => groupName(dimension, label[index] ?? '')).join(' · ');

/** The colours of the first groups, as many as there are; the same on every chart, and in a table of all of them. */
export function groupColours(by: readonly Dimension[], groups: readonly UsageGroup[]): (id: string) => string {
  const slots = paletteOf(groupId(by)).assign(groups.slice(0, SERIES_SLOTS).map(({ key }) => groupId(key)));
  return (id) => seriesColour(slots.get(id));
}

export interface SeriesChoice {
  metric: Metric;
  by: readonly Dimension[];
  bucket: Bucket;
  now: number;
}

/** A reply of the API in the form of the chart: groups by name with their colours, then the rest. */
export function seriesData(result: UsageResult, { metric, by, bucket, now }: SeriesChoice): TimeSeriesData {
  const apart = metricFacts(metric).apart === true;
  const colourOf = groupColours(by, result.groups);
  const number = (values: MetricValues): number | null => {
    const value = metricValue(values, metric);
    return value === null ? (apart ? null : 0) : Number(value);
  };
  const series = (id: string, label: string, colour: string, values: readonly MetricValues[]): ChartSeries => ({
    id,
    label,
    colour,
    values: values.map(number),
    texts: values.map((value) => metricText(value, metric)),
  });
  const named =
    by.length === 0
      ? [series(groupId([]), metricLabel(metric), seriesColour(0), result.series)]
      : result.groups.map((group) =>
          series(groupId(group.key), groupTitle(by, group), colourOf(groupId(group.key)), group.series),
        );
  // The rest of what does not add up is no line that anybody could read.
  const rest =
    result.other && !apart && by.length > 0
      ? [series(OTHER, `${result.other.groups} others`, seriesColour(undefined), result.other.series)]
      : [];
  const isDrawn = ({ values }: ChartSeries) => values.some((value) => value !== null && (apart || value !== 0));
  return {
    shape: apart ? 'lines' : 'stack',
    buckets: result.buckets.map((start, index) => ({
      title: formatBucket(start, bucket, result.timeZone),
      tick: formatTick(start, bucket, result.timeZone),
      running: isRunning(start, result.buckets[index + 1], result.to, now),
    })),
    series: [...named, ...rest].filter(isDrawn),
    totals: result.series.map((value) => metricText(value, metric)),
  };
}
