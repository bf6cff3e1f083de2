import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Realized } from '@tokengrip/core/contract/realized';
import type { Recommendation } from '@tokengrip/core/contract/savings';
import { ChartColumn, Table2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { BackButton } from '../../../components/ui/back-button.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { HttpError } from '../../../lib/http.ts';
import { useMinute } from '../../../lib/now.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { recommendationQuery } from '../api/decisions.ts';
import { realizedQuery } from '../api/realized.ts';
import { REALIZED_STATES } from '../realized-states.ts';
import { isFresh, useSavingsSearch } from '../use-savings.ts';
import { countOf } from '../words.ts';
import { RealizedChart, RealizedTable } from './realized-chart.tsx';

/** One accepted recommendation: its calls as they cost, against what they would have cost the old way. */
export function RealizedPanel({ id }: { id: number }) {
  const patch = useSearchPatch();
  const found = useQuery({ ...realizedQuery(id), retry: false });
  const { data: recommendation } = useQuery(recommendationQuery(id));
  const unfollowed = found.error instanceof HttpError && found.error.code === 'not_found';
  return (
    <>
      <BackButton onClick={() => patch({ recommendation: undefined })}>All accepted</BackButton>
      <Panel aria-label="Realized savings">
        <div className="flex flex-wrap items-start justify-between gap-3 px-4 pt-4 pb-3">
          <h2 className="min-w-0 text-md font-semibold text-balance text-ink">
            {recommendation?.title ?? (found.isPending ? <Skeleton className="h-5 w-72" /> : `Recommendation ${id}`)}
          </h2>
          {recommendation && (
            <Link
              to="/savings"
              search={(search) => ({
                ...readAppSearch({ ...search }),
                state: 'accepted' as const,
                recommendation: id,
              })}
              className="rounded-xs text-xs font-medium text-accent hover:underline"
            >
              The recommendation
            </Link>
          )}
        </div>
        {found.data ? (
          <Content realized={found.data} />
        ) : unfollowed ? (
          <Unfollowed recommendation={recommendation} />
        ) : found.isError ? (
          <ErrorState error={found.error} what="Realized savings" onRetry={() => void found.refetch()} />
        ) : (
          <div className="px-4 pb-5">
            <Skeleton className="h-64 w-full" />
          </div>
        )}
      </Panel>
      {found.data && <Method realized={found.data} />}
    </>
  );
}

function Unfollowed({ recommendation }: { recommendation: Recommendation | undefined }) {
  const now = useMinute();
  const isAccepted = recommendation?.state === 'accepted';
  const fresh = isAccepted && isFresh(recommendation.decidedAt, now);
  return (
    <EmptyState title={fresh ? 'Not looked at yet' : 'This one is not followed'} className="border-t border-line py-14">
      {fresh
        ? EXPLAINED.pending?.text
        : isAccepted
          ? 'What it says does not show in the calls, so that nothing can be measured.'
          : 'Only an accepted recommendation is followed.'}
    </EmptyState>
  );
}

const EXPLAINED: Partial<Record<Realized['state'], { title: string; text: string }>> = {
  pending: {
    title: 'Not looked at yet',
    text: 'It was accepted a moment ago. Its calls are looked at within ten minutes.',
  },
  no_baseline: {
    title: 'There is nothing to compare with',
    text: 'Before it was accepted there was too little traffic to say what these calls would have cost otherwise.',
  },
  not_yet_seen: {
    title: 'The change is not seen yet',
    text: 'The calls are still made as they were. As soon as they change, every day is counted.',
  },
};

const day = (text: string) => formatDate(`${text}T12:00:00Z`, 'UTC');

function Content({ realized }: { realized: Realized }) {
  const { view = 'chart' } = useSavingsSearch();
  const patch = useSearchPatch();
  const [kind, setKind] = useState<'cost' | 'saved'>('cost');
  const explained = EXPLAINED[realized.state];
  if (explained || realized.days.length === 0) {
    return (
      <EmptyState title={explained?.title ?? 'No day is counted yet'} className="border-t border-line py-14">
        {explained?.text ?? 'Days are counted when they are over.'}
      </EmptyState>
    );
  }
  const { totals, perMonth, seenOn, followedUntil } = realized;
  const { label, tone } = REALIZED_STATES[realized.state];
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-8 gap-y-4 px-4 pb-4 md:grid-cols-4">
        <Figure
          name="Saved so far"
          note={
            totals.savedLow === totals.savedHigh ? (
              'exact: nothing was estimated'
            ) : (
              <>
                <Money usd={totals.savedLow} /> – <Money usd={totals.savedHigh} /> with 95 % confidence
              </>
            )
          }
        >
          <Money usd={totals.saved} />
        </Figure>
        <Figure name="It did cost" note={countOf(totals.calls, 'call')}>
          <Money usd={totals.cost} />
        </Figure>
        <Figure name="It would have cost" note="made the old way">
          <Money usd={totals.costOtherwise} />
        </Figure>
        <Figure name="A month" note={perMonth === null ? 'known after a week' : 'at this pace'}>
          {perMonth === null ? <span className="text-subtle">—</span> : <Money usd={perMonth} />}
        </Figure>
      </dl>
      <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-4 py-3">
        <Segmented
          label="What the chart shows"
          value={kind}
          onChange={setKind}
          options={[
            { value: 'cost', label: 'Cost by day' },
            { value: 'saved', label: 'Saved in all' },
          ]}
        />
        <span className="flex items-center gap-2">
          <Badge tone={tone}>
            {label}
            {seenOn !== null && ` since ${day(seenOn)}`}
          </Badge>
          <Segmented
            label="View"
            value={view}
            onChange={(next) => patch({ view: next === 'table' ? 'table' : undefined }, { replace: true })}
            options={[
              { value: 'chart', label: <ChartColumn size={14} aria-hidden />, title: 'Show as a chart' },
              { value: 'table', label: <Table2 size={14} aria-hidden />, title: 'Show as a table' },
            ]}
          />
        </span>
      </div>
      {view === 'table' ? <RealizedTable days={realized.days} /> : <RealizedChart days={realized.days} kind={kind} />}
      {(realized.unpricedCalls > 0 || followedUntil !== null) && (
        <p className="border-t border-line px-4 py-2.5 text-xs text-subtle">
          {followedUntil !== null && `Counted up to ${day(followedUntil)}; a day is counted when it is over. `}
          {realized.unpricedCalls > 0 &&
            `${countOf(realized.unpricedCalls, 'call')} without a price ${realized.unpricedCalls === 1 ? 'is' : 'are'} in no figure.`}
        </p>
      )}
    </>
  );
}

const Figure = ({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-xs text-subtle">{name}</dt>
    <dd className="text-xl font-semibold tracking-tight text-ink nums">{children}</dd>
    <dd className="text-xs text-muted nums">{note}</dd>
  </div>
);

function Method({ realized: { method, baseline } }: { realized: Realized }) {
  if (method.length === 0) return null;
  const times = (factor: number) => `${factor.toFixed(2)} ×`;
  return (
    <Panel aria-label="How it is worked out" className="px-4 py-3.5">
      <h2 className="text-sm font-semibold text-ink">How it is worked out</h2>
      <ul className="mt-2 flex max-w-3xl list-disc flex-col gap-1 pl-4 text-sm text-muted">
        {method.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {baseline && (
        <p className="mt-2 text-xs text-subtle nums">
          Compared with {formatCount(baseline.calls)} calls of {formatDate(baseline.from, 'UTC')} –{' '}
          {formatDate(Date.parse(baseline.to) - 1, 'UTC')}
          {baseline.adoption !== null &&
            `, of which ${formatPercent(baseline.adoption, 0)} were made the new way already`}
          .
          {(baseline.inputFactor !== 1 || baseline.outputFactor !== 1) &&
            ` For the same work the old way needs ${times(baseline.inputFactor)} the input and ${times(baseline.outputFactor)} the output.`}
        </p>
      )}
    </Panel>
  );
}
