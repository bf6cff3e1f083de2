import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { openAlertsQuery } from '../../../lib/api/alerts.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { readAppSearch } from '../../../lib/search.ts';

/** How many alerts wait for somebody; nothing where none does. */
export function OpenAlerts() {
  const { data: open = 0 } = useQuery(openAlertsQuery);
  if (open === 0) return null;
  return (
    <Link
      to="/alerts"
      search={(search) => readAppSearch({ ...search })}
      className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2 text-xs text-muted transition-colors hover:bg-hover hover:text-ink"
    >
      <Bell size={14} className="text-bad" aria-hidden />
      <span>
        <span className="font-medium text-ink nums">{formatCount(open)}</span> open {open === 1 ? 'alert' : 'alerts'}
      </span>
    </Link>
  );
}
