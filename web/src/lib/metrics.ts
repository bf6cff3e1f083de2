import type { MetricValues } from '@tokengrip/core/contract/analytics';
import { exactUsd, formatUsd, formatUsdAxis } from './money.ts';
import { formatCompact, formatCount } from './numbers.ts';
import type { ChartDimension, ChartMetric } from './search.ts';

export const METRIC_LABELS: Record<ChartMetric, string> = {
  cost: 'Spend',
  calls: 'Calls',
  tokens: 'Tokens',
  errors: 'Failed calls',
};

export const DIMENSION_LABELS: Record<ChartDimension, string> = {
  model: 'Model',
  feature: 'Feature',
  provider: 'Provider',
  environment: 'Environment',
  key: 'Key',
};

/** For drawing and comparing sizes. */
export const metricNumber = (values: MetricValues, metric: ChartMetric): number => Number(values[metric] ?? 0);

/** As it is written where it stands alone. */
export function metricText(values: MetricValues, metric: ChartMetric): string {
  if (metric === 'cost') return formatUsd(values.cost ?? '0');
  return metric === 'tokens' ? formatCompact(values.tokens ?? 0) : formatCount(values[metric] ?? 0);
}

/** Every digit. */
export const metricExact = (values: MetricValues, metric: ChartMetric): string =>
  metric === 'cost' ? exactUsd(values.cost ?? '0') : formatCount(values[metric] ?? 0);

export const metricAxis = (metric: ChartMetric) => (metric === 'cost' ? formatUsdAxis : formatCompact);

/** The whole prompt: fresh, read from a cache, and written to one. */
const promptTokens = (values: MetricValues): number =>
  (values.inputTokens ?? 0) + (values.cacheReadTokens ?? 0) + (values.cacheWriteTokens ?? 0);

/** The share of prompt tokens that came from a cache, or `undefined` where there were none. */
export function cacheHitRate(values: MetricValues): number | undefined {
  const prompt = promptTokens(values);
  return prompt === 0 ? undefined : (values.cacheReadTokens ?? 0) / prompt;
}

/** The share of calls that failed, or `undefined` where there were none. */
export const errorRate = (values: MetricValues): number | undefined =>
  values.calls ? (values.errors ?? 0) / values.calls : undefined;
