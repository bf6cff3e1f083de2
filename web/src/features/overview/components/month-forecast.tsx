import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { forecastQuery } from '../../../lib/api/forecast.ts';
import { formatUsd } from '../../../lib/money.ts';
import { useRecordFilters } from '../../../lib/search-state.ts';

/** What the running month will have come to. Other filters than projects have no forecast of their own. */
export function MonthForecast() {
  const { projectId, ...others } = useRecordFilters();
  const isFiltered = Object.values(others).some((values) => values !== undefined && values.length > 0);
  const { data, isPending } = useQuery({
    ...forecastQuery(projectId === undefined ? {} : { projectId }),
    enabled: !isFiltered,
  });
  if (isFiltered || (!data && !isPending)) return null;
  return (
    <p className="min-h-8 border-b max-sm:min-h-12 border-line px-4 py-2 text-xs text-muted nums">
      {!data ? (
        <Skeleton className="my-0.5 h-3 w-72 max-w-full" />
      ) : Number(data.spent) === 0 ? (
        'Nothing was spent this month yet.'
      ) : data.total === null ? (
        <>This month so far {formatUsd(data.spent, 2)}; there is too little history for a forecast yet.</>
      ) : (
        <>
          This month about <strong className="font-medium text-ink">{formatUsd(data.total.expected, 2)}</strong>, four
          times of five between {formatUsd(data.total.low, 2)} and {formatUsd(data.total.high, 2)}
          {data.basis === 'pattern' ? '' : ` (by ${data.historyDays} days of history)`}; {formatUsd(data.spent, 2)} so
          far.
        </>
      )}
    </p>
  );
}
