import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Recosting, RecostingDetail } from '@tokengrip/core/contract/recosting';
import type { ReactNode } from 'react';
import { BackButton } from '../../../components/ui/back-button.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Difference, signedUsd } from '../../../components/ui/difference.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { useWhenOver } from '../../../lib/when-over.ts';
import { isUnderWay, recostingQuery, recostingsQuery } from '../api/recostings.ts';
import { usePricesChanged } from '../use-prices.ts';
import { FAILURES, stateWords } from '../words.ts';
import { FilterText } from './filter-text.tsx';
import { RecostingActions } from './recosting-actions.tsx';
import { RecostingLines } from './recosting-lines.tsx';

/** When a step is over, calls have other costs. */
function useRefreshWhenOver(recosting: Recosting | undefined) {
  const client = useQueryClient();
  const pricesChanged = usePricesChanged();
  useWhenOver(recosting !== undefined && isUnderWay(recosting), () => {
    void pricesChanged();
    void client.invalidateQueries({ queryKey: recostingsQuery.queryKey });
    void client.invalidateQueries({ queryKey: ['usage'] });
  });
}

/** One re-costing: what its preview found, how far it is, and what can be done with it. */
export function RecostingPanel({ id }: { id: number }) {
  const patch = useSearchPatch();
  const detail = useQuery(recostingQuery(id));
  useRefreshWhenOver(detail.data?.recosting);
  return (
    <>
      <BackButton onClick={() => patch({ recosting: undefined })}>All re-costings</BackButton>
      {detail.isError && !detail.data ? (
        <Panel>
          <ErrorState error={detail.error} what="The re-costing" onRetry={() => void detail.refetch()} />
        </Panel>
      ) : detail.data ? (
        <Detail detail={detail.data} />
      ) : (
        <Panel className="flex flex-col gap-4 px-5 py-5">
          <Skeleton className="h-4 w-72" />
          <Skeleton className="h-10 w-full" />
        </Panel>
      )}
    </>
  );
}

function Detail({ detail }: { detail: RecostingDetail }) {
  const { recosting } = detail;
  const { preview, filter } = recosting;
  const { label, tone } = stateWords(recosting);
  const underWay = isUnderWay(recosting);
  const looking = recosting.step === 'preview' && underWay;
  return (
    <>
      <Panel aria-label="Re-costing">
        <div className="flex flex-wrap items-start justify-between gap-4 px-5 py-4">
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={tone}>{label}</Badge>
              <span className="text-sm text-ink">
                <FilterText filter={filter} />
              </span>
            </p>
            <Times recosting={recosting} />
          </div>
          <RecostingActions recosting={recosting} />
        </div>
        {underWay && (
          <div className="px-5 pb-4">
            <ProgressBar value={recosting.progress} label={label} />
            <p className="mt-1.5 text-xs text-subtle nums">
              {formatPercent(recosting.progress, 0)} · goes on if you leave this page
            </p>
          </div>
        )}
        {recosting.failure !== null && (
          <p role="alert" className="border-t border-line px-5 py-2.5 text-sm text-bad">
            {FAILURES[recosting.failure]}
          </p>
        )}
        <dl
          className={cn(
            'grid grid-cols-2 gap-x-8 gap-y-4 border-t border-line px-5 py-4 md:grid-cols-4',
            looking && 'opacity-60',
          )}
        >
          <Figure name="Calls that change" note={`of ${formatCount(preview.calls)} looked at`}>
            {formatCount(preview.changedCalls)}
          </Figure>
          <Figure
            name="Spend of these calls"
            note={
              <>
                before <Money usd={preview.costBefore} />
              </>
            }
          >
            <Money usd={preview.costAfter} />
          </Figure>
          <Figure name="Difference" note="after minus before">
            <Difference before={preview.costBefore} after={preview.costAfter} />
          </Figure>
          <Figure name="Calls without a cost" note={`before ${formatCount(preview.uncostedBefore)}`}>
            {formatCount(preview.uncostedAfter)}
          </Figure>
        </dl>
        <Notes recosting={recosting} />
      </Panel>
      <RecostingLines detail={detail} looking={looking} />
    </>
  );
}

function Times({ recosting }: { recosting: Recosting }) {
  const timeZone = useTimeZone();
  const { createdBy, createdAt, appliedAt, undoneAt } = recosting;
  const parts = [
    `${createdBy === null ? 'Begun' : `${createdBy.name} began it`} ${formatAbsolute(createdAt, timeZone)}`,
    appliedAt && `applied ${formatAbsolute(appliedAt, timeZone)}`,
    undoneAt && `undone ${formatAbsolute(undoneAt, timeZone)}`,
  ];
  return <p className="mt-1.5 text-xs text-subtle">{parts.filter(Boolean).join(' · ')}</p>;
}

const Figure = ({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-xs font-medium text-muted">{name}</dt>
    <dd className="mt-1">
      <span className="block text-xl font-semibold tracking-tight text-ink nums">{children}</span>
      <span className="block text-xs text-subtle nums">{note}</span>
    </dd>
  </div>
);

/** What the figures do not say. */
function Notes({ recosting: { preview, effect } }: { recosting: Recosting }) {
  const notes = [
    preview.keptCalls > 0 &&
      `${formatCount(preview.keptCalls)} calls stay as they are: their usage is not kept any more, or their new cost is not credible.`,
    effect.changedRecords > 0 &&
      `${formatCount(effect.changedRecords)} records were changed, and the spend by ${signedUsd(effect.difference)}. The old costs are kept.`,
    effect.restoredRecords > 0 && `${formatCount(effect.restoredRecords)} records have their old cost again.`,
    effect.notRestoredRecords > 0 &&
      `${formatCount(effect.notRestoredRecords)} could not be restored: they were gone, or had been changed otherwise.`,
  ].filter((note) => note !== false);
  if (notes.length === 0) return null;
  return (
    <ul className="border-t border-line px-5 py-2.5 text-xs text-muted nums">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
