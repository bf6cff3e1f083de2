import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { PriceChange } from '@tokengrip/core/contract/prices';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { HttpError } from '../../../lib/http.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { acknowledge } from '../api/change-list.ts';
import { flaggedQuery } from '../api/runs.ts';
import { useMayChange, usePricesChanged, usePricesSearch } from '../use-prices.ts';
import { ChangeList } from './change-list.tsx';
import { CorrectionDialog } from './correction-dialog.tsx';

/** Changes that are so large that a person should look at them. */
export function FlaggedPanel() {
  const { seen } = usePricesSearch();
  const patch = useSearchPatch();
  const flagged = useInfiniteQuery(flaggedQuery(seen === 'all'));
  const changes = flagged.data?.pages.flatMap((page) => page.changes);
  return (
    <Panel aria-label="Flagged changes">
      <PanelHeader
        title="Flagged changes"
        description="A rate moved by more than five times. It is in effect; somebody should look whether it is right."
        actions={
          <Segmented
            label="Which flagged changes"
            value={seen ?? 'open'}
            onChange={(next) => patch({ seen: next === 'all' ? 'all' : undefined }, { replace: true })}
            options={[
              { value: 'open', label: 'To look at' },
              { value: 'all', label: 'All' },
            ]}
          />
        }
      />
      {flagged.isError && !changes ? (
        <ErrorState error={flagged.error} what="Flagged changes" onRetry={() => void flagged.refetch()} />
      ) : !changes ? (
        <div className="border-t border-line px-5 py-3.5">
          <Skeleton className="h-3.5 w-72" />
        </div>
      ) : changes.length === 0 ? (
        <p className="flex items-center gap-2 border-t border-line px-4 py-3.5 text-sm text-muted">
          <CircleCheck size={15} className="text-good" aria-hidden />
          {seen === 'all' ? 'No change was ever flagged.' : 'Nothing to look at.'}
        </p>
      ) : (
        <>
          <ChangeList changes={changes} actions={(change) => <FlaggedActions change={change} />} />
          <MoreButton query={flagged} />
        </>
      )}
    </Panel>
  );
}

/** The next page of a list; the rest of the panel stays where it is. */
export const MoreButton = ({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}) =>
  query.hasNextPage && (
    <div className="flex justify-center py-2">
      <Button size="sm" variant="ghost" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );

export function FlaggedActions({ change }: { change: PriceChange }) {
  const mayChange = useMayChange();
  const timeZone = useTimeZone();
  const pricesChanged = usePricesChanged();
  const [correcting, setCorrecting] = useState(false);
  const look = useMutation({
    mutationFn: acknowledge,
    onSuccess: pricesChanged,
    onError: (error) => toast(error instanceof HttpError ? error.message : 'That did not work.', 'bad'),
  });
  const { runId, modelKey } = change;
  return (
    <>
      {change.effectiveFrom !== null && (
        <span className="mr-1 text-xs text-subtle">since {formatDate(change.effectiveFrom, timeZone)}</span>
      )}
      {mayChange && change.correctable && (
        <Button size="sm" variant="ghost" onClick={() => setCorrecting(true)} aria-label={`${modelKey} held earlier`}>
          It held earlier…
        </Button>
      )}
      {change.acknowledgedAt !== null
        ? change.flagged && <Badge tone="good">looked at</Badge>
        : mayChange &&
          change.flagged &&
          runId !== null && (
            <Button
              size="sm"
              loading={look.isPending}
              onClick={() => look.mutate({ runId, modelKeys: [modelKey] })}
              aria-label={`Acknowledge ${modelKey}`}
            >
              Acknowledge
            </Button>
          )}
      {runId !== null && (
        <CorrectionDialog open={correcting} onOpenChange={setCorrecting} modelKey={modelKey} runId={runId} />
      )}
    </>
  );
}
