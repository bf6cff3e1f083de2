import { useInfiniteQuery } from '@tanstack/react-query';
import type { PriceRun } from '@tokengrip/core/contract/prices';
import { Flag } from 'lucide-react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { runsQuery } from '../api/runs.ts';
import { RUN_KINDS } from '../words.ts';
import { MoreButton } from './flagged-panel.tsx';

const STATUS_TONES = { applied: 'good', unchanged: 'neutral', refused: 'bad', failed: 'bad' } as const;

export const RunStatus = ({ status }: Pick<PriceRun, 'status'>) => <Badge tone={STATUS_TONES[status]}>{status}</Badge>;

/** Every attempt to change the list, the newest first. */
export function RunsPanel() {
  const runs = useInfiniteQuery(runsQuery);
  const list = runs.data?.pages.flatMap((page) => page.runs);
  return (
    <Panel aria-label="Runs">
      <PanelHeader title="Runs" description="Every sync, import and correction, with what it changed." />
      {runs.isError && !list ? (
        <ErrorState error={runs.error} what="Runs" onRetry={() => void runs.refetch()} />
      ) : list?.length === 0 ? (
        <EmptyState title="No run yet" className="border-t border-line">
          The prices that came with Tokengrip are in effect.
        </EmptyState>
      ) : (
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>
                <Th>When</Th>
                <Th>What</Th>
                <Th className="max-md:hidden">Source</Th>
                <Th className="max-lg:hidden">By</Th>
                <Th numeric>Added</Th>
                <Th numeric>Changed</Th>
                <Th numeric>Removed</Th>
                <Th numeric>Refused</Th>
                <Th numeric>Flagged</Th>
              </tr>
            </thead>
            <tbody>
              {list ? list.map((run) => <RunRow key={run.id} run={run} />) : <SkeletonRows rows={4} columns={9} />}
            </tbody>
          </Table>
          <MoreButton query={runs} />
        </div>
      )}
    </Panel>
  );
}

function RunRow({ run }: { run: PriceRun }) {
  const timeZone = useTimeZone();
  const patch = useSearchPatch();
  const count = (value: number) => (value === 0 ? <span className="text-subtle">—</span> : formatCount(value));
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td>
        <button
          type="button"
          onClick={() => patch({ run: run.id ?? undefined })}
          className="text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          <RelativeTime instant={run.startedAt} timeZone={timeZone} />
        </button>
      </Td>
      <Td>
        <span className="flex items-center gap-2 text-ink">
          {RUN_KINDS[run.kind]}
          <RunStatus status={run.status} />
        </span>
      </Td>
      <Td
        className="w-full max-w-0 min-w-40 truncate text-xs text-muted max-md:hidden"
        title={run.message ?? run.source}
      >
        {run.message ?? run.source}
      </Td>
      <Td className="text-muted max-lg:hidden">
        {run.startedBy?.name ?? <span className="text-subtle">schedule</span>}
      </Td>
      <Td numeric>{count(run.added)}</Td>
      <Td numeric>{count(run.changed)}</Td>
      <Td numeric>{count(run.removed)}</Td>
      <Td numeric>{count(run.refused)}</Td>
      <Td numeric>
        {run.flagged === 0 ? (
          count(0)
        ) : (
          <span className="inline-flex items-center gap-1 text-warn">
            <Flag size={11} aria-hidden />
            {formatCount(run.flagged)}
          </span>
        )}
      </Td>
    </tr>
  );
}
