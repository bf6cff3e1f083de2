import { Link } from '@tanstack/react-router';
import { ChartColumn, ListFilter } from 'lucide-react';
import { useMay } from '../lib/api/me.ts';
import { hasFilters } from '../lib/search.ts';
import { CLEARED_FILTERS, useAppSearch, useSearchPatch } from '../lib/search-state.ts';
import { LoadSampleData } from './sample-data/load-sample-data.tsx';
import { Button, buttonClass } from './ui/button.tsx';
import { Panel } from './ui/panel.tsx';
import { EmptyState } from './ui/states.tsx';

/** Nothing matches, or nothing was recorded: the page says which, and what to do. */
export function NoCalls() {
  const search = useAppSearch();
  const patch = useSearchPatch();
  const mayConnect = useMay('keys.manage');
  if (hasFilters(search) || search.env !== undefined) {
    return (
      <Panel>
        <EmptyState
          icon={<ListFilter size={18} aria-hidden />}
          title="No calls match these filters"
          actions={<Button onClick={() => patch({ ...CLEARED_FILTERS, env: undefined })}>Clear filters</Button>}
          className="py-24"
        >
          Nothing in this period fits all of them.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel>
      <EmptyState
        icon={<ChartColumn size={18} aria-hidden />}
        title="No calls in this period"
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
        className="py-24"
      >
        Wrap the client that you use, and its calls appear here within a second. Or look around with generated traffic.
      </EmptyState>
    </Panel>
  );
}
