import { useQuery } from '@tanstack/react-query';
import { forecastQuery } from '../../../lib/api/forecast.ts';
import { formatUsd } from '../../../lib/money.ts';
import { useRecordFilters } from '../../../lib/search-state.ts';

/** What the running month will have come to. Other filters than projects have no forecast of their own. */
export function MonthForecast() {
  const { projectId, ...others } = useRecordFilters();
  const isFiltered = Object.values(others).some((values) => values !== undefined && values.length > 0);
  const { data } = useQuery({
    ...forecastQuery(projectId === undefined ? {} : { projectId }),
    enabled: !isFiltered,
  });
  if (isFiltered || !data || Number(data.spent) === 0) return null;
  return (
    <p className="border-b border-line px-4 py-2 text-xs text-muted nums">
      {data.total === null ? (
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
