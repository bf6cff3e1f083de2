import type { Metric, MetricValues, UsageGroup } from '../../contract/analytics.ts';
import type { Snapshot } from '../../db/scope.ts';
import { queryUsage } from '../usage/query-usage.ts';

/** What is looked at: a period and projects of one organization. */
export interface Subject {
  organization: { id: number; timeZone: string };
  from: Date;
  to: Date;
  projectIds: readonly number[];
}

const FULL = [
  'cost',
  'calls',
  'errors',
  'inputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'inputCost',
  'outputCost',
  'cacheSavings',
  'unpricedCalls',
  'latencyP50',
  'latencyP95',
] as const satisfies readonly Metric[];

const SHORT = [
  'cost',
  'calls',
  'errors',
  'inputTokens',
  'cacheReadTokens',
  'outputTokens',
] as const satisfies readonly Metric[];

/** What is not there, or nothing, need not be said. */
const compact = (values: MetricValues): Record<string, number | string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null || value === 0 || value === '0'
        ? []
        : [[name, typeof value === 'string' ? shortUsd(value) : value]],
    ),
  );

/** Six decimals are more than anybody decides by. */
function shortUsd(text: string): string {
  const [whole = '0', decimals = ''] = text.split('.');
  const cut = decimals.slice(0, 6).replace(/0+$/, '');
  return cut === '' ? whole : `${whole}.${cut}`;
}

export type Figures = Record<string, number | string>;

/** The dearest groups by one or two dimensions, each described by `name`, and the rest as one. */
export async function readGroups(
  tx: Snapshot,
  subject: Subject,
  {
    groupBy,
    limit,
    short = false,
    name,
  }: { groupBy: string[]; limit: number; short?: boolean; name: (group: UsageGroup) => Record<string, string> },
): Promise<Record<string, unknown>[]> {
  if (subject.projectIds.length === 0) return [];
  const { groups, other } = await queryUsage(tx, subject.organization, {
    ...range(subject),
    metrics: [...(short ? SHORT : FULL)],
    groupBy,
    limit,
  });
  return [
    ...groups.map((group) => ({ ...name(group), ...compact(group.totals) })),
    ...(other === null ? [] : [{ rest: other.groups, ...compact(other.totals) }]),
  ];
}

/** Of everything, with the period before. */
export async function readTotals(tx: Snapshot, subject: Subject): Promise<{ totals: Figures; before: Figures }> {
  if (subject.projectIds.length === 0) return { totals: {}, before: {} };
  const { totals, previous } = await queryUsage(tx, subject.organization, {
    ...range(subject),
    metrics: [...FULL, 'cacheWritePremium', 'users', 'customers', 'sessions', 'latencyP99', 'timeToFirstTokenP50'],
    compare: 'previous',
  });
  return { totals: compact(totals), before: compact(previous ?? {}) };
}

/** When it is called: by day, and by the hour of the organization's day. */
export async function readTimes(tx: Snapshot, subject: Subject): Promise<{ byDay: unknown[]; byHourOfDay: unknown[] }> {
  if (subject.projectIds.length === 0) return { byDay: [], byHourOfDay: [] };
  const read = (bucket: 'day' | 'hour') =>
    queryUsage(tx, subject.organization, { ...range(subject), metrics: ['cost', 'calls', 'errors'], bucket });
  const days = await read('day');
  const hours = await read('hour');
  const hourOf = new Intl.DateTimeFormat('en-GB', {
    timeZone: subject.organization.timeZone,
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const byHour = Array.from({ length: 24 }, (_, hour) => ({ hour, calls: 0, errors: 0 }));
  hours.buckets.forEach((start, i) => {
    const cell = byHour[Number(hourOf.format(new Date(start)))];
    if (!cell) return;
    cell.calls += hours.series[i]?.calls ?? 0;
    cell.errors += hours.series[i]?.errors ?? 0;
  });
  return {
    byDay: days.buckets.map((start, i) => ({ day: start.slice(0, 10), ...compact(days.series[i] ?? {}) })),
    byHourOfDay: byHour,
  };
}

const range = ({ from, to, projectIds }: Subject) => ({
  from: from.toISOString(),
  to: to.toISOString(),
  projectId: [...projectIds],
});
