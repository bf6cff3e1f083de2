import { useQuery } from '@tanstack/react-query';
import type { Recosting } from '@tokengrip/core/contract/recosting';
import { Calculator, Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Difference } from '../../../components/ui/difference.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { isUnderWay, recostingsQuery } from '../api/recostings.ts';
import { useMayChange, usePricesSearch } from '../use-prices.ts';
import { stateWords } from '../words.ts';
import { FilterText } from './filter-text.tsx';
import { NewRecostingDialog } from './new-recosting-dialog.tsx';
import { RecostingPanel } from './recosting-panel.tsx';

/** Prices past calls again: one re-costing, or all that there were. */
export function RecostTab() {
  const { recosting } = usePricesSearch();
  return recosting === undefined ? <RecostingList /> : <RecostingPanel key={recosting} id={recosting} />;
}

function RecostingList() {
  const mayChange = useMayChange();
  const recostings = useQuery(recostingsQuery);
  const [creating, setCreating] = useState(false);
  const list = recostings.data?.recostings;
  const create = mayChange && (
    <Button size="sm" variant="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      New re-costing
    </Button>
  );
  return (
    <Panel aria-label="Re-costings">
      <PanelHeader
        title="Re-costings"
        description="Past calls priced again with what is known today. A preview comes first, and all of it can be undone."
        actions={list?.length === 0 ? undefined : create}
      />
      {recostings.isError && !list ? (
        <ErrorState error={recostings.error} what="Re-costings" onRetry={() => void recostings.refetch()} />
      ) : list?.length === 0 ? (
        <EmptyState
          icon={<Calculator size={18} aria-hidden />}
          title="No call was priced again yet"
          actions={create}
          className="border-t border-line"
        >
          When a price appears late or is corrected, calls of the past get the cost that they should have had.
        </EmptyState>
      ) : (
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>
                <Th>When</Th>
                <Th>State</Th>
                <Th className="max-sm:hidden">Calls looked at</Th>
                <Th numeric>Change</Th>
                <Th numeric>Difference</Th>
                <Th className="max-lg:hidden">By</Th>
              </tr>
            </thead>
            <tbody>
              {list ? list.map((one) => <Row key={one.id} recosting={one} />) : <SkeletonRows rows={4} columns={6} />}
            </tbody>
          </Table>
        </div>
      )}
      <NewRecostingDialog open={creating} onOpenChange={setCreating} />
    </Panel>
  );
}

function Row({ recosting }: { recosting: Recosting }) {
  const timeZone = useTimeZone();
  const patch = useSearchPatch();
  const { label, tone } = stateWords(recosting);
  const { preview } = recosting;
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td>
        <button
          type="button"
          onClick={() => patch({ recosting: recosting.id })}
          className="text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          <RelativeTime instant={recosting.createdAt} timeZone={timeZone} />
        </button>
      </Td>
      <Td>
        <span className="flex items-center gap-2.5">
          <Badge tone={tone}>{label}</Badge>
          {isUnderWay(recosting) && (
            <span className="w-20">
              <ProgressBar value={recosting.progress} label={label} />
            </span>
          )}
        </span>
      </Td>
      <Td className="w-full max-w-0 min-w-48 truncate text-xs text-muted max-sm:hidden">
        <FilterText filter={recosting.filter} />
      </Td>
      <Td numeric>
        {formatCount(preview.changedCalls)} <span className="text-subtle">of {formatCount(preview.calls)}</span>
      </Td>
      <Td numeric>
        <Difference before={preview.costBefore} after={preview.costAfter} />
      </Td>
      <Td className="text-xs text-muted max-lg:hidden">{recosting.createdBy?.name}</Td>
    </tr>
  );
}
