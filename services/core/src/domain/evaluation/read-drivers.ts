import type { AlertDriver } from '../../contract/alerts.ts';
import type { Dimension, UsageQuery } from '../../contract/analytics.ts';
import { parseUsd } from '../../cost/money.ts';
import { inSnapshot } from '../../db/scope.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { measured } from '../budgets/spend.ts';
import { type Contribution, explainRise } from '../drivers/explain-rise.ts';
import { queryUsage } from '../usage/query-usage.ts';
import type { Crossing } from './crossings.ts';
import { toDrivers } from './driver-words.ts';

const METRIC = { usd: 'cost', tokens: 'tokens', calls: 'calls' } as const;
/** Singles, and the pairs that the sums know. */
const SETS: readonly (readonly Dimension[])[] = [
  ['feature'],
  ['model'],
  ['customer'],
  ['user'],
  ['project'],
  ['key'],
  ['feature', 'model'],
];
const GROUPS = 20;

/**
 * What drives a budget's spend: what explains its rise against the same time before, or, where there was nothing before, what
 * has most of it. Nobody is kept from being told because this fails or takes too long.
 */
export async function readBudgetDrivers(
  ctx: AlertContext,
  crossing: Pick<Crossing, 'rule' | 'span'> & Partial<Pick<Crossing, 'spend'>>,
  now: Date,
): Promise<AlertDriver[]> {
  try {
    return await explain(ctx, crossing, now);
  } catch (error) {
    ctx.log.warn({ err: error, budgetId: crossing.rule.id }, 'could not find out what drives a budget');
    return [];
  }
}

async function explain(ctx: AlertContext, { rule, span, spend }: Parameters<typeof readBudgetDrivers>[1], now: Date) {
  if (rule.projectIds.length === 0) return [];
  const metric = METRIC[rule.measure];
  const to = span.end < now ? span.end : now;
  if (to <= span.start) return [];
  const { users, customers, models, providers, features, environments, keys, tags } = rule.conditions;
  const query: UsageQuery = {
    from: span.start.toISOString(),
    to: to.toISOString(),
    metrics: [metric],
    compare: 'previous',
    limit: GROUPS,
    projectId: [...rule.projectIds].slice(0, 50),
    ...(users ? { user: users.slice(0, 50) } : {}),
    ...(customers ? { customer: customers.slice(0, 50) } : {}),
    ...(models ? { model: models.slice(0, 50) } : {}),
    ...(providers ? { provider: providers.slice(0, 50) } : {}),
    ...(features ? { feature: features.slice(0, 50) } : {}),
    ...(environments ? { environment: environments.slice(0, 50) } : {}),
    ...(keys ? { key: keys.slice(0, 50) } : {}),
    ...(tags
      ? {
          tag: Object.entries(tags)
            .flatMap(([key, values]) => values.map((value) => `${key}=${value}`))
            .slice(0, 20),
        }
      : {}),
  };
  const amount = (values: { cost?: string; tokens?: number; calls?: number } | null): number =>
    values === null ? 0 : metric === 'cost' ? Number(parseUsd(values.cost ?? '0') ?? 0n) : (values[metric] ?? 0);
  return inSnapshot(ctx, { organizationId: rule.organizationId }, async (tx) => {
    const organization = { id: rule.organizationId, timeZone: rule.timeZone };
    const contributions: Contribution[] = [];
    const labels = new Map<string, string>();
    let total = { now: spend ? Number(measured(spend, rule.measure)) : 0, usual: 0 };
    for (const set of SETS) {
      const result = await queryUsage(tx, organization, { ...query, groupBy: [...set] });
      total = { now: amount(result.totals), usual: amount(result.previous) };
      for (const { key, label, totals, previous } of result.groups) {
        for (const [i, dimension] of set.entries()) labels.set(`${dimension}\0${key[i]}`, label[i] ?? key[i] ?? '');
        contributions.push({ dimensions: set, values: [...key], now: amount(totals), usual: amount(previous) });
      }
    }
    // What every call has says nothing.
    const telling = contributions.filter((one) => one.now < 0.999 * total.now || one.usual < 0.999 * total.usual);
    const isRise = total.usual > 0 && total.now > 1.1 * total.usual;
    const found = isRise
      ? explainRise(total, telling)
      : explainRise(
          { now: total.now, usual: 0 },
          telling.map((one) => ({ ...one, usual: 0 })),
        );
    return toDrivers(
      found,
      isRise ? 'rise' : 'spend',
      (dimension, value) => labels.get(`${dimension}\0${value}`) ?? value,
    );
  });
}
