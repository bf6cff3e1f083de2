import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { BudgetPreviewRequest } from '@tokengrip/core/contract/budgets';
import { useDeferredValue } from 'react';
import { useTimeZone } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { previewQuery } from '../api/budgets.ts';
import { amountText } from '../words.ts';
import { PeriodBars } from './period-bars.tsx';

export interface BudgetPreviewProps extends Omit<BudgetPreviewRequest, 'rollingHours'> {
  rollingHours: number | undefined;
  /** What it is compared with; not a number while nothing is typed. */
  amount: number;
}

/** What such a budget would have been in the periods behind us. */
export function BudgetPreview({ conditions, measure, period, rollingHours, amount }: BudgetPreviewProps) {
  const timeZone = useTimeZone();
  const isReady = period !== 'rolling' || (rollingHours !== undefined && rollingHours >= 1 && rollingHours <= 2_160);
  const asked = useDeferredValue(
    JSON.stringify({ conditions, measure, period, ...(rollingHours === undefined ? {} : { rollingHours }) }),
  );
  const preview = useQuery({
    ...previewQuery(JSON.parse(asked) as BudgetPreviewRequest),
    enabled: isReady,
    placeholderData: keepPreviousData,
  });
  const periods = preview.data?.periods;
  if (!periods || preview.isError) return <div className="h-28 rounded-md border border-line bg-sunken/40" />;
  const over = periods.slice(1).filter(({ spent }) => amount > 0 && Number(spent) >= amount).length;
  const highest = periods.reduce((most, one) => (Number(one.spent) > Number(most.spent) ? one : most));
  return (
    <div
      className={cn(
        'rounded-md border border-line px-3 py-2.5 transition-opacity',
        preview.isPlaceholderData && 'opacity-60',
      )}
    >
      <p className="text-xs text-muted">
        {amount > 0
          ? over === 0
            ? 'It would not have been exceeded in the periods shown.'
            : `It would have been exceeded in ${over} of the last ${periods.length - 1} periods.`
          : `At most ${amountText(highest.spent, measure)} in one of the periods shown.`}
      </p>
      <PeriodBars periods={periods} limit={amount > 0 ? amount : undefined} measure={measure} timeZone={timeZone} />
    </div>
  );
}
