import { useQuery } from '@tanstack/react-query';
import type { WhatIfSummary } from '@tokengrip/core/contract/whatif';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Difference } from '../../../components/ui/difference.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { isUnderWay, whatIfsQuery } from '../api/whatifs.ts';
import { changeText, NO_CHANGE } from '../whatif.ts';
import { SelectionText } from './selection-text.tsx';

export const WHATIF_STATES: Record<WhatIfSummary['state'], { label: string; tone: 'neutral' | 'accent' | 'bad' }> = {
  queued: { label: 'waiting', tone: 'accent' },
  running: { label: 'computing', tone: 'accent' },
  done: { label: 'done', tone: 'neutral' },
  cancelled: { label: 'cancelled', tone: 'neutral' },
  failed: { label: 'failed', tone: 'bad' },
};

/** Those that were saved, the newest first. */
export function WhatIfList() {
  const saved = useQuery(whatIfsQuery);
  const list = saved.data?.whatifs;
  return (
    <Panel aria-label="Saved what-ifs">
      <PanelHeader title="Saved what-ifs" description="With their results, for everybody in the organization." />
      {saved.isError && !list ? (
        <ErrorState error={saved.error} what="Saved what-ifs" onRetry={() => void saved.refetch()} />
      ) : list?.length === 0 ? (
        <EmptyState title="None is saved yet" className="border-t border-line">
          A saved one keeps its result, and can be shared by its link.
        </EmptyState>
      ) : (
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>
                <Th>Name</Th>
                <Th className="max-lg:hidden">Calls</Th>
                <Th numeric className="max-sm:hidden">
                  Before
                </Th>
                <Th numeric className="max-sm:hidden">
                  After
                </Th>
                <Th numeric>Difference</Th>
                <Th className="max-md:hidden">When</Th>
              </tr>
            </thead>
            <tbody>
              {list ? list.map((one) => <Row key={one.id} whatIf={one} />) : <SkeletonRows rows={3} columns={6} />}
            </tbody>
          </Table>
        </div>
      )}
    </Panel>
  );
}

function Row({ whatIf }: { whatIf: WhatIfSummary }) {
  const timeZone = useTimeZone();
  const patch = useSearchPatch();
  const { name, change, selection, state, totals, createdAt, createdBy, progress } = whatIf;
  const { label, tone } = WHATIF_STATES[state];
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td className="max-w-64 py-1.5 sm:max-w-80">
        <button
          type="button"
          onClick={() => patch({ ...NO_CHANGE, whatif: whatIf.id })}
          className="block max-w-full truncate text-left font-medium text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {name}
        </button>
        {changeText(change) !== name && (
          <span className="block truncate text-xs text-subtle">{changeText(change)}</span>
        )}
      </Td>
      <Td className="w-full max-w-0 min-w-40 truncate text-xs text-muted max-lg:hidden">
        <SelectionText selection={selection} />
      </Td>
      <Td numeric className="max-sm:hidden">
        {totals && <Money usd={totals.costBefore} className="relative" />}
      </Td>
      <Td numeric className="max-sm:hidden">
        {totals && <Money usd={totals.costAfter} className="relative" />}
      </Td>
      <Td numeric>
        {totals && state === 'done' ? (
          <Difference before={totals.costBefore} after={totals.costAfter} />
        ) : (
          <span className="inline-flex items-center gap-2">
            {isUnderWay(whatIf) && (
              <span className="w-16">
                <ProgressBar value={progress} label={label} />
              </span>
            )}
            <Badge tone={tone}>{label}</Badge>
          </span>
        )}
      </Td>
      <Td className="text-xs text-muted max-md:hidden">
        <RelativeTime instant={createdAt} timeZone={timeZone} className="relative" />
        {createdBy && ` by ${createdBy.name}`}
      </Td>
    </tr>
  );
}
