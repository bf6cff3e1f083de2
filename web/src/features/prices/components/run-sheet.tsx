import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import type { PriceRun } from '@tokengrip/core/contract/prices';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Sheet } from '../../../components/ui/dialog.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { acknowledge } from '../api/change-list.ts';
import { type ChangesParameters, runChangesQuery, runQuery } from '../api/runs.ts';
import { useMayChange, usePricesChanged, usePricesSearch } from '../use-prices.ts';
import { RUN_KINDS } from '../words.ts';
import { ChangeList } from './change-list.tsx';
import { FlaggedActions, MoreButton } from './flagged-panel.tsx';
import { RunStatus } from './runs-panel.tsx';

/** What a run changed, beside the list of runs. */
export function RunSheet() {
  const { run } = usePricesSearch();
  const patch = useSearchPatch();
  const found = useQuery({ ...runQuery(run ?? 0), enabled: run !== undefined });
  return (
    <Sheet
      open={run !== undefined}
      onOpenChange={(open) => !open && patch({ run: undefined })}
      title={found.data ? RUN_KINDS[found.data.kind] : 'Run'}
      className="w-[46rem]! max-sm:max-w-full!"
    >
      {found.isError && !found.data ? (
        <ErrorState error={found.error} what="The run" onRetry={() => void found.refetch()} />
      ) : found.data ? (
        <RunDetails key={run} run={found.data} />
      ) : (
        <div className="px-5 py-5">
          <Skeleton className="h-4 w-64" />
        </div>
      )}
    </Sheet>
  );
}

const KINDS = ['all', 'flagged', 'added', 'changed', 'removed', 'refused'] as const;
type Kind = (typeof KINDS)[number];

const parametersOf = (kind: Kind): ChangesParameters =>
  kind === 'all' ? {} : kind === 'flagged' ? { flagged: true } : { kind };

function RunDetails({ run }: { run: PriceRun }) {
  const timeZone = useTimeZone();
  const mayChange = useMayChange();
  const pricesChanged = usePricesChanged();
  const [kind, setKind] = useState<Kind>('all');
  const list = useInfiniteQuery(runChangesQuery(run.id ?? 0, parametersOf(kind)));
  const changes = list.data?.pages.flatMap((page) => page.changes);
  const look = useMutation({ mutationFn: acknowledge, onSuccess: pricesChanged });
  const countOf = (one: Kind) => (one === 'all' ? run.added + run.changed + run.removed + run.refused : run[one]);
  const kinds = KINDS.filter((one) => one === 'all' || countOf(one) > 0);
  const open = changes?.some(({ flagged, acknowledgedAt }) => flagged && acknowledgedAt === null) ?? false;
  return (
    <div>
      <div className="px-5 py-4 text-sm">
        <p className="flex flex-wrap items-center gap-2 text-ink">
          <RunStatus status={run.status} />
          {formatAbsolute(run.startedAt, timeZone)}
          {run.startedBy && <span className="text-muted">by {run.startedBy.name}</span>}
        </p>
        <p className="mt-2 text-xs break-all text-subtle">
          {run.source}
          {run.edition !== null && ` · edition ${run.edition}`}
          {run.models > 0 && ` · ${formatCount(run.models)} models`}
          {run.effectiveFrom !== null && ` · in effect from ${formatAbsolute(run.effectiveFrom, timeZone)}`}
        </p>
        {run.message !== null && <p className="mt-2 text-sm text-bad">{run.message}</p>}
      </div>
      {countOf('all') > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2 px-5 pb-3">
          <Segmented
            label="Which changes"
            value={kind}
            onChange={setKind}
            options={kinds.map((one) => ({
              value: one,
              label: `${one.charAt(0).toUpperCase()}${one.slice(1)} ${formatCount(countOf(one))}`,
            }))}
          />
          {mayChange && run.id !== null && open && (
            <Button size="sm" loading={look.isPending} onClick={() => look.mutate({ runId: run.id ?? 0 })}>
              Acknowledge all flagged
            </Button>
          )}
        </div>
      )}
      {list.isError && !changes ? (
        <ErrorState error={list.error} what="The changes" onRetry={() => void list.refetch()} />
      ) : !changes ? (
        <div className="flex flex-col gap-3 border-t border-line px-5 py-4" aria-hidden>
          <Skeleton className="h-3.5 w-72" />
          <Skeleton className="h-3.5 w-60" />
          <Skeleton className="h-3.5 w-64" />
        </div>
      ) : changes.length === 0 ? (
        <EmptyState title="Nothing was changed" className="border-t border-line">
          The prices stayed as they were.
        </EmptyState>
      ) : (
        <>
          <ChangeList changes={changes} actions={(change) => <FlaggedActions change={change} />} />
          <MoreButton query={list} />
        </>
      )}
    </div>
  );
}
