import type { BudgetMeasure, BudgetPeriod } from '@tokengrip/core/contract/budgets';
import { formatDate } from '../../../lib/time.ts';
import { amountText } from '../words.ts';

/** Periods beside each other, the newest at the right, with the amount as a line. */
export function PeriodBars({
  periods,
  limit,
  measure,
  timeZone,
}: {
  periods: readonly BudgetPeriod[];
  limit: number | undefined;
  measure: BudgetMeasure;
  timeZone: string;
}) {
  const top = Math.max(limit ?? 0, ...periods.map(({ spent }) => Number(spent))) * 1.08 || 1;
  const titleOf = ({ start, spent, partial }: BudgetPeriod) =>
    `From ${formatDate(start, timeZone)}: ${amountText(spent, measure)}${partial ? ' (not all of it is known)' : ''}`;
  return (
    <div className="mt-2">
      <div className="relative flex h-16 items-end gap-1" role="img" aria-label={periods.map(titleOf).join('; ')}>
        {limit !== undefined && (
          <span
            className="pointer-events-none absolute inset-x-0 border-t border-dashed border-line-strong"
            style={{ bottom: `${(limit / top) * 100}%` }}
          />
        )}
        {[...periods].reverse().map((period) => {
          const spent = Number(period.spent);
          const isOver = limit !== undefined && spent >= limit;
          return (
            <span
              key={period.start}
              title={titleOf(period)}
              className={`min-h-0.5 flex-1 rounded-t-[2px] ${isOver ? 'bg-bad' : 'bg-accent'} ${period.partial ? 'opacity-50' : ''}`}
              style={{ height: `${(spent / top) * 100}%` }}
            />
          );
        })}
      </div>
      <p className="mt-1 flex justify-between text-2xs text-subtle">
        <span>{periods.length > 0 && formatDate(periods.at(-1)?.start ?? '', timeZone)}</span>
        <span>now</span>
      </p>
    </div>
  );
}
