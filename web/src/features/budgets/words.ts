import type { Budget, BudgetConditions, BudgetMeasure } from '@tokengrip/core/contract/budgets';
import { formatUsd } from '../../lib/money.ts';
import { formatCompact } from '../../lib/numbers.ts';

export const PERIOD_LABELS = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
  quarter: 'Quarter',
  rolling: 'Rolling window',
} as const satisfies Record<Budget['period'], string>;

export const MEASURE_LABELS = { usd: 'USD', tokens: 'Tokens', calls: 'Calls' } as const;

export function periodText({ period, rollingHours }: Pick<Budget, 'period' | 'rollingHours'>): string {
  if (period !== 'rolling') return `a ${period}`;
  const hours = rollingHours ?? 1;
  return hours % 24 === 0 ? `in ${hours / 24} day${hours === 24 ? '' : 's'}` : `in ${hours} h`;
}

/** An amount as people read it: `$12.30`, `1.2 M tokens`. */
export const amountText = (amount: string, measure: BudgetMeasure): string =>
  measure === 'usd' ? formatUsd(amount) : `${formatCompact(Number(amount))} ${measure}`;

/** How much of the amount is used, for bars and percents: 1 is all of it. */
export const usedShare = ({ amount, state }: Pick<Budget, 'amount' | 'state'>): number =>
  Number(state.spent) / Number(amount);

/** The dimensions in the order in which they are offered and read. */
export const DIMENSIONS = [
  { name: 'projects', one: 'project', label: 'Project', values: 'project' },
  { name: 'keys', one: 'key', label: 'API key', values: 'key' },
  { name: 'users', one: 'user', label: 'User', values: 'user' },
  { name: 'customers', one: 'customer', label: 'Customer', values: 'customer' },
  { name: 'models', one: 'model', label: 'Model', values: 'model' },
  { name: 'providers', one: 'provider', label: 'Provider', values: 'provider' },
  { name: 'features', one: 'feature', label: 'Feature', values: 'feature' },
  { name: 'environments', one: 'environment', label: 'Environment', values: 'environment' },
] as const;

export type DimensionName = (typeof DIMENSIONS)[number]['name'];

/** What a budget covers, in a few words; ids by their names where these are known. */
export function scopeText(
  conditions: BudgetConditions,
  nameOf: (dimension: DimensionName, value: string) => string = (_dimension, value) => value,
): string {
  const parts = DIMENSIONS.flatMap(({ name, one }) => {
    const values = conditions[name];
    return values ? [`${one} ${values.map((value) => nameOf(name, String(value))).join(' or ')}`] : [];
  });
  const tags = Object.entries(conditions.tags ?? {}).map(([key, values]) => `${key} = ${values.join(' or ')}`);
  const all = [...parts, ...tags];
  return all.length === 0 ? 'Every call' : all.join(' · ');
}
