import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import type { AlertDriver } from '../../contract/alerts.ts';
import type { NewAlert } from '../alerts/raise-alert.ts';
import { measured } from '../budgets/spend.ts';
import type { Forecast } from '../forecast/forecast.ts';
import type { BudgetInPeriod, Crossing } from './crossings.ts';
import { formatMeasure } from './words.ts';

type Told = Omit<NewAlert, 'dedupKey' | 'channelIds'>;

/** What people read when a budget has reached a threshold. */
export function crossingAlert(crossing: Crossing, drivers: readonly AlertDriver[], now: Date): Told {
  const { rule, threshold, spend } = crossing;
  const spent = measured(spend, rule.measure);
  const share = Number((spent * 1_000n) / rule.amount) / 10;
  const isOver = threshold === 'unpriced' || threshold >= 100;
  return {
    kind: 'budget_threshold',
    severity: isOver ? 'critical' : 'warning',
    occurredAt: now,
    title:
      threshold === 'unpriced'
        ? `Budget “${rule.name}” counts as exceeded: a call has no price`
        : `Budget “${rule.name}” has reached ${threshold} %`,
    text: [
      `${formatMeasure(spent, rule.measure)} of ${formatMeasure(rule.amount, rule.measure)} (${share} %) ${verb(rule.measure)} ${periodWords(crossing)}.`,
      ...drivers.slice(0, 1).map(({ sentence }) => sentence),
      ...(isOver && rule.action === 'block'
        ? [`Calls that the budget covers are blocked${untilWords(crossing)}.`]
        : []),
      ...(threshold === 'unpriced'
        ? [
            `${spend.unpricedCalls} calls have no price, so what was spent is not known, and the budget is set to stop then.`,
          ]
        : []),
    ],
    facts: [
      { label: 'Spent', value: formatMeasure(spent, rule.measure) },
      { label: 'Budget', value: formatMeasure(rule.amount, rule.measure) },
      ...(threshold === 'unpriced' ? [] : [{ label: 'Threshold', value: `${threshold} %` }]),
      { label: 'Period', value: periodFact(crossing) },
      ...(spend.unpricedCalls > 0n ? [{ label: 'Calls without a price', value: String(spend.unpricedCalls) }] : []),
    ],
    drivers,
    path: `/budgets/${rule.id}`,
    budgetId: rule.id,
  };
}

/** What people read when a budget is going to be exceeded. */
export function forecastAlert(
  budget: BudgetInPeriod,
  { spent, total }: { spent: bigint; total: NonNullable<Forecast['total']> },
  drivers: readonly AlertDriver[],
  now: Date,
): Told {
  const { rule } = budget;
  const words = (value: number) => formatMeasure(BigInt(Math.round(value)), rule.measure);
  return {
    kind: 'budget_forecast',
    severity: 'warning',
    occurredAt: now,
    title: `Budget “${rule.name}” is going to be exceeded`,
    text: [
      `At the usual rhythm it will be at about ${words(total.expected)} of ${formatMeasure(rule.amount, rule.measure)} when the period ends.`,
      `Four times of five it ends between ${words(total.low)} and ${words(total.high)}.`,
      ...drivers.slice(0, 1).map(({ sentence }) => sentence),
    ],
    facts: [
      { label: 'Forecast', value: words(total.expected) },
      { label: 'Range', value: `${words(total.low)} to ${words(total.high)}` },
      { label: 'Spent so far', value: formatMeasure(spent, rule.measure) },
      { label: 'Budget', value: formatMeasure(rule.amount, rule.measure) },
      { label: 'Period', value: periodFact(budget) },
    ],
    drivers,
    path: `/budgets/${rule.id}`,
    budgetId: rule.id,
  };
}

const verb = (measure: BudgetInPeriod['rule']['measure']) =>
  measure === 'usd' ? 'are spent' : measure === 'tokens' ? 'are used' : 'are made';

const day = (instant: Date, timeZone: string) => format(new TZDate(instant, timeZone), 'd MMMM yyyy');

function periodWords({ rule, label }: BudgetInPeriod): string {
  if (rule.period === 'rolling') return `in the last ${rule.rollingHours} hours`;
  return rule.period === 'day'
    ? `on ${day(new Date(label), 'UTC')}`
    : `in the ${rule.period} from ${day(new Date(label), 'UTC')}`;
}

function periodFact(budget: BudgetInPeriod): string {
  const { rule, period, label } = budget;
  if (rule.period === 'rolling') return `the last ${rule.rollingHours} hours`;
  if (rule.period === 'day') return day(new Date(label), 'UTC');
  return `${day(new Date(label), 'UTC')} to ${day(new Date(period.end.getTime() - 1), rule.timeZone)}`;
}

const untilWords = ({ rule, period }: BudgetInPeriod) =>
  rule.period === 'rolling' ? '' : ` until ${day(period.end, rule.timeZone)}, or until the amount is raised`;
