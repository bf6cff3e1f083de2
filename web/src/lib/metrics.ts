import type { Dimension, Metric, MetricValues } from '@tokengrip/core/contract/analytics';
import { exactUsd, formatUsd, formatUsdAxis } from './money.ts';
import { formatCompact, formatCount, formatDuration, formatPercent } from './numbers.ts';

interface MetricFacts {
  label: string;
  unit: 'usd' | 'count' | 'tokens' | 'share' | 'ms';
  group: 'Cost' | 'Calls' | 'Tokens' | 'Speed' | 'People';
  /** Which direction is good news, where one is. */
  good?: 'up' | 'down';
  /** The whole is not the sum of its parts: drawn as lines, and without shares. */
  apart?: true;
}

/** What every metric of the API is called, and how it is read. */
const METRICS: Record<Metric, MetricFacts> = {
  cost: { label: 'Spend', unit: 'usd', group: 'Cost', good: 'down' },
  costPerCall: { label: 'Cost per call', unit: 'usd', group: 'Cost', good: 'down', apart: true },
  costPerMillionTokens: { label: 'Cost per 1 M tokens', unit: 'usd', group: 'Cost', good: 'down', apart: true },
  inputCost: { label: 'Cost of input', unit: 'usd', group: 'Cost', good: 'down' },
  cacheReadCost: { label: 'Cost of cache reads', unit: 'usd', group: 'Cost' },
  cacheWriteCost: { label: 'Cost of cache writes', unit: 'usd', group: 'Cost' },
  outputCost: { label: 'Cost of output', unit: 'usd', group: 'Cost', good: 'down' },
  reasoningCost: { label: 'Cost of reasoning', unit: 'usd', group: 'Cost', good: 'down' },
  unitsCost: { label: 'Cost of images, audio, pages…', unit: 'usd', group: 'Cost' },
  toolsCost: { label: 'Cost of tools', unit: 'usd', group: 'Cost' },
  cacheSavings: { label: 'Saved by caching', unit: 'usd', group: 'Cost', good: 'up' },
  cacheWritePremium: { label: 'Premium of cache writes', unit: 'usd', group: 'Cost', good: 'down' },
  calls: { label: 'Calls', unit: 'count', group: 'Calls' },
  errors: { label: 'Failed calls', unit: 'count', group: 'Calls', good: 'down' },
  errorRate: { label: 'Error rate', unit: 'share', group: 'Calls', good: 'down', apart: true },
  pricedCalls: { label: 'Priced calls', unit: 'count', group: 'Calls' },
  unpricedCalls: { label: 'Calls without a price', unit: 'count', group: 'Calls', good: 'down' },
  unreadableCalls: { label: 'Calls with unreadable usage', unit: 'count', group: 'Calls', good: 'down' },
  tokens: { label: 'Tokens', unit: 'tokens', group: 'Tokens' },
  inputTokens: { label: 'Input tokens', unit: 'tokens', group: 'Tokens' },
  cacheReadTokens: { label: 'Tokens read from caches', unit: 'tokens', group: 'Tokens' },
  cacheWriteTokens: { label: 'Tokens written to caches', unit: 'tokens', group: 'Tokens' },
  outputTokens: { label: 'Output tokens', unit: 'tokens', group: 'Tokens' },
  reasoningTokens: { label: 'Reasoning tokens', unit: 'tokens', group: 'Tokens' },
  cacheHitRate: { label: 'Cache hit rate', unit: 'share', group: 'Tokens', good: 'up', apart: true },
  latencyP50: { label: 'Latency, p50', unit: 'ms', group: 'Speed', good: 'down', apart: true },
  latencyP95: { label: 'Latency, p95', unit: 'ms', group: 'Speed', good: 'down', apart: true },
  latencyP99: { label: 'Latency, p99', unit: 'ms', group: 'Speed', good: 'down', apart: true },
  timeToFirstTokenP50: { label: 'Time to first token, p50', unit: 'ms', group: 'Speed', good: 'down', apart: true },
  timeToFirstTokenP95: { label: 'Time to first token, p95', unit: 'ms', group: 'Speed', good: 'down', apart: true },
  timeToFirstTokenP99: { label: 'Time to first token, p99', unit: 'ms', group: 'Speed', good: 'down', apart: true },
  users: { label: 'Users', unit: 'count', group: 'People', apart: true },
  customers: { label: 'Customers', unit: 'count', group: 'People', apart: true },
  sessions: { label: 'Sessions', unit: 'count', group: 'People', apart: true },
};

export const ALL_METRICS = Object.keys(METRICS) as Metric[];

export const metricFacts = (metric: Metric): MetricFacts => METRICS[metric];

export const metricLabel = (metric: Metric): string => METRICS[metric].label;

const DIMENSION_LABELS: Record<Exclude<Dimension, `tag:${string}`>, string> = {
  model: 'Model',
  feature: 'Feature',
  provider: 'Provider',
  project: 'Project',
  environment: 'Environment',
  key: 'Key',
  user: 'User',
  customer: 'Customer',
  session: 'Session',
  status: 'Status',
  errorType: 'Error type',
  serviceTier: 'Service tier',
  reasoningEffort: 'Reasoning effort',
  source: 'Source',
};

/** The dimensions that every record has a place for; tags come on top. */
export const ALL_DIMENSIONS = Object.keys(DIMENSION_LABELS) as Exclude<Dimension, `tag:${string}`>[];

/** The key of a dimension `tag:<key>`. */
export const tagKey = (dimension: string): string | undefined =>
  dimension.startsWith('tag:') ? dimension.slice('tag:'.length) : undefined;

export const dimensionLabel = (dimension: Dimension): string =>
  tagKey(dimension) ?? DIMENSION_LABELS[dimension as keyof typeof DIMENSION_LABELS];

/** Exact, as the API says it; `null` where there was nothing to measure. */
export const metricValue = (values: MetricValues, metric: Metric): string | number | null => values[metric] ?? null;

/** For drawing and comparing sizes. */
export const metricNumber = (values: MetricValues, metric: Metric): number => Number(values[metric] ?? 0);

const ABSENT = '—';

/** As it is written where it stands alone. */
export function metricText(values: MetricValues, metric: Metric, places?: number): string {
  const value = metricValue(values, metric);
  if (value === null) return METRICS[metric].apart ? ABSENT : zeroText(metric);
  switch (METRICS[metric].unit) {
    case 'usd':
      return formatUsd(String(value), places);
    case 'tokens':
      return formatCompact(Number(value));
    case 'share':
      return formatPercent(Number(value), Number(value) < 0.1 ? 2 : 1);
    case 'ms':
      return formatDuration(Number(value));
    case 'count':
      return formatCount(Number(value));
  }
}

const zeroText = (metric: Metric) => (METRICS[metric].unit === 'usd' ? formatUsd('0') : formatCount(0));

/** Every digit. */
export function metricExact(values: MetricValues, metric: Metric): string {
  const value = metricValue(values, metric);
  if (METRICS[metric].apart && value === null) return ABSENT;
  if (METRICS[metric].unit === 'usd') return exactUsd(String(value ?? '0'));
  if (METRICS[metric].unit === 'ms') return `${formatCount(Number(value))} ms`;
  return METRICS[metric].unit === 'share' ? metricText(values, metric) : formatCount(Number(value ?? 0));
}

const AXES: Record<MetricFacts['unit'], (value: number) => string> = {
  usd: formatUsdAxis,
  count: formatCompact,
  tokens: formatCompact,
  share: (value) => formatPercent(value, value < 0.1 && value > 0 ? 1 : 0),
  ms: (value) => formatDuration(Math.round(value)),
};

export const metricAxis = (metric: Metric) => AXES[METRICS[metric].unit];

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
