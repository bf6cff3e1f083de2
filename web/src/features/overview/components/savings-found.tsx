import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PiggyBank } from 'lucide-react';
import { Money } from '../../../components/ui/figures.tsx';
import { recommendationsQuery } from '../../../lib/api/recommendations.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useRecordFilters } from '../../../lib/search-state.ts';

/** What the open recommendations come to; nothing where there are none. */
export function SavingsFound() {
  const { projectId } = useRecordFilters();
  const { data } = useQuery(recommendationsQuery({ ...(projectId ? { projectId } : {}), state: ['open'] }));
  if (!data || data.total.recommendations === 0) return null;
  return (
    <Link
      to="/savings"
      search={(search) => readAppSearch({ ...search })}
      className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2 text-xs text-muted transition-colors hover:bg-hover hover:text-ink"
    >
      <PiggyBank size={14} className="text-good" aria-hidden />
      <span>
        {/* On a phone the icon says it, so that the line has room for it and nothing moves when it comes. */}
        <span className="max-sm:sr-only">Savings found: </span>
        <Money usd={data.total.savingPerMonth} className="font-medium text-ink" /> a month
      </span>
    </Link>
  );
}
