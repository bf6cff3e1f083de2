import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RealizedSummary } from '@tokengrip/core/contract/realized';
import type { Recommendation } from '@tokengrip/core/contract/savings';
import { TrendingDown } from 'lucide-react';
import { Badge } from '../../../components/ui/badge.tsx';
import { buttonClass } from '../../../components/ui/button.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton, SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useMinute } from '../../../lib/now.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { recommendationQuery } from '../api/decisions.ts';
import { realizedSummaryQuery } from '../api/realized.ts';
import { REALIZED_STATES } from '../realized-states.ts';
import { isFresh, useAccepted, useSavingsSearch } from '../use-savings.ts';
import { RealizedPanel } from './realized-panel.tsx';

/** What accepted recommendations have really saved: one, or all. */
export function RealizedTab() {
  const { recommendation } = useSavingsSearch();
  if (recommendation !== undefined) return <RealizedPanel key={recommendation} id={recommendation} />;
  return <Summary />;
}

function Summary() {
  const summary = useQuery(realizedSummaryQuery);
  const { data } = summary;
  const accepted = useAccepted();
  const others = accepted.data?.recommendations.filter(
    ({ id }) => !data?.realized.some(({ recommendationId }) => recommendationId === id),
  );
  if (summary.isError && !data) {
    return (
      <Panel>
        <ErrorState error={summary.error} what="Realized savings" onRetry={() => void summary.refetch()} />
      </Panel>
    );
  }
  if (data?.realized.length === 0 && others?.length === 0) {
    return (
      <Panel>
        <EmptyState
          icon={<TrendingDown size={18} aria-hidden />}
          title="No recommendation is accepted yet"
          className="py-20"
          actions={
            <Link to="/savings" search={(search) => readAppSearch({ ...search })} className={buttonClass()}>
              See recommendations
            </Link>
          }
        >
          When you accept one, its calls are followed: what they cost, against what they would have cost the old way.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <>
      <Totals summary={data} />
      <Panel aria-label="Accepted recommendations">
        <PanelHeader title="Accepted recommendations" description="What saved most comes first." />
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>
                <Th>Recommendation</Th>
                <Th>State</Th>
                <Th className="max-lg:hidden">Accepted</Th>
                <Th className="max-lg:hidden">Seen since</Th>
                <Th numeric className="max-md:hidden">
                  Calls
                </Th>
                <Th numeric>Saved</Th>
                <Th numeric className="max-sm:hidden">
                  A month
                </Th>
              </tr>
            </thead>
            <tbody>
              {data ? (
                <>
                  {data.realized.map((one) => (
                    <Row key={one.recommendationId} realized={one} />
                  ))}
                  {others?.map((one) => (
                    <UnfollowedRow key={one.id} recommendation={one} />
                  ))}
                </>
              ) : (
                <SkeletonRows rows={3} columns={7} />
              )}
            </tbody>
          </Table>
        </div>
      </Panel>
    </>
  );
}

function Totals({ summary }: { summary: RealizedSummary | undefined }) {
  if (!summary) {
    return (
      <Panel className="flex flex-col gap-3 px-4 py-4">
        <Skeleton className="h-3.5 w-32" />
        <Skeleton className="h-8 w-44" />
      </Panel>
    );
  }
  const { totals } = summary;
  return (
    <Panel aria-label="Saved so far" className="px-4 py-4">
      <p className="text-xs font-medium text-muted">Saved so far</p>
      <p className="mt-0.5 flex flex-wrap items-baseline gap-x-2 text-sm text-muted">
        <Money usd={totals.saved} className="text-2xl font-semibold tracking-tight text-ink" />
        {totals.savedLow !== totals.savedHigh && (
          <span>
            between <Money usd={totals.savedLow} /> and <Money usd={totals.savedHigh} />, with 95 % confidence
          </span>
        )}
      </p>
      <p className="mt-1 text-xs text-subtle">
        {formatCount(totals.following)} {totals.following === 1 ? 'is' : 'are'} seen in the calls
        {totals.waiting > 0 && ` · ${formatCount(totals.waiting)} not yet`}
      </p>
    </Panel>
  );
}

/** Accepted, and not among those that are followed: either not yet, or never. */
function UnfollowedRow({ recommendation }: { recommendation: Recommendation }) {
  const timeZone = useTimeZone();
  const now = useMinute();
  const patch = useSearchPatch();
  const { id, title, decidedAt } = recommendation;
  const state = isFresh(decidedAt, now) ? REALIZED_STATES.pending : NOT_FOLLOWED;
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td className="w-full max-w-0 min-w-48">
        <button
          type="button"
          title={title}
          onClick={() => patch({ recommendation: id })}
          className="block max-w-full truncate text-left text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {title}
        </button>
      </Td>
      <Td>
        <Badge title={state.title} className="relative">
          {state.label}
        </Badge>
      </Td>
      <Td className="text-xs text-muted max-lg:hidden">{decidedAt !== null && formatDate(decidedAt, timeZone)}</Td>
      <Td className="max-lg:hidden">—</Td>
      <Td numeric className="max-md:hidden">
        —
      </Td>
      <Td numeric>—</Td>
      <Td numeric className="max-sm:hidden">
        —
      </Td>
    </tr>
  );
}

const NOT_FOLLOWED = { label: 'not followed', title: 'What it says does not show in the calls.' };

function Row({ realized }: { realized: RealizedSummary['realized'][number] }) {
  const timeZone = useTimeZone();
  const patch = useSearchPatch();
  const { recommendationId, state, acceptedAt, seenOn, calls, saved, savedLow, savedHigh, perMonth } = realized;
  const { data: recommendation } = useQuery(recommendationQuery(recommendationId));
  const { label, title, tone } = REALIZED_STATES[state];
  const counted = state === 'following';
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td className="w-full max-w-0 min-w-48">
        <button
          type="button"
          title={recommendation?.title}
          onClick={() => patch({ recommendation: recommendationId })}
          className="block max-w-full truncate text-left text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {recommendation?.title ?? `Recommendation ${recommendationId}`}
        </button>
      </Td>
      <Td>
        <Badge tone={tone} title={title} className="relative">
          {label}
        </Badge>
      </Td>
      <Td className="text-xs text-muted max-lg:hidden">{formatDate(acceptedAt, timeZone)}</Td>
      <Td className="text-xs text-muted max-lg:hidden">
        {seenOn === null ? '—' : formatDate(`${seenOn}T12:00:00Z`, 'UTC')}
      </Td>
      <Td numeric className="text-muted max-md:hidden">
        {counted ? formatCount(calls) : '—'}
      </Td>
      <Td numeric>
        {counted ? (
          <span className="relative">
            <Money usd={saved} className="font-medium" />
            {savedLow !== savedHigh && (
              <span className="ml-1.5 text-xs text-subtle max-md:hidden">
                <Money usd={savedLow} /> – <Money usd={savedHigh} />
              </span>
            )}
          </span>
        ) : (
          '—'
        )}
      </Td>
      <Td numeric className="max-sm:hidden">
        {perMonth === null ? (
          <span className="relative text-subtle" title="Known once it is followed for a week">
            —
          </span>
        ) : (
          <Money usd={perMonth} className="relative" />
        )}
      </Td>
    </tr>
  );
}
