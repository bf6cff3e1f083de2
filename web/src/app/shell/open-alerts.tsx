import { useQuery } from '@tanstack/react-query';
import { openAlertsQuery } from '../../lib/api/alerts.ts';
import { formatCount } from '../../lib/numbers.ts';

/** How many alerts wait for somebody; nothing where none does. */
export function OpenAlerts() {
  const { data: open = 0 } = useQuery(openAlertsQuery);
  if (open === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-bad-soft px-1.5 text-2xs leading-4 text-bad nums">
      {formatCount(open)}
      <span className="sr-only"> open</span>
    </span>
  );
}
