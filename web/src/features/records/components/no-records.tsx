import { Link } from '@tanstack/react-router';
import { ListFilter, ScrollText } from 'lucide-react';
import { LoadSampleData } from '../../../components/sample-data/load-sample-data.tsx';
import { Button, buttonClass } from '../../../components/ui/button.tsx';
import { EmptyState } from '../../../components/ui/states.tsx';
import { useMay } from '../../../lib/api/me.ts';
import { hasFilters } from '../../../lib/search.ts';
import { CLEARED_FILTERS, useAppSearch, useSearchPatch } from '../../../lib/search-state.ts';

export function NoRecords() {
  const search = useAppSearch();
  const patch = useSearchPatch();
  const mayConnect = useMay('keys.manage');
  if (hasFilters(search) || search.env !== undefined) {
    return (
      <EmptyState
        icon={<ListFilter size={18} aria-hidden />}
        title="No records match these filters"
        actions={<Button onClick={() => patch({ ...CLEARED_FILTERS, env: undefined })}>Clear filters</Button>}
        className="h-full"
      />
    );
  }
  return (
    <EmptyState
      icon={<ScrollText size={18} aria-hidden />}
      title="No records in this period"
      actions={
        <>
          {mayConnect && (
            <Link to="/welcome" className={buttonClass({ variant: 'primary' })}>
              Connect a program
            </Link>
          )}
          <LoadSampleData />
        </>
      }
      className="h-full"
    >
      Every call to a model becomes a record, with its tokens and its cost.
    </EmptyState>
  );
}
