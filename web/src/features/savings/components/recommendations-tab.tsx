import { useQuery } from '@tanstack/react-query';
import type { Recommendation, RecommendationList } from '@tokengrip/core/contract/savings';
import { useMemo } from 'react';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { recommendationsQuery } from '../../../lib/api/recommendations.ts';
import { cn } from '../../../lib/cn.ts';
import { columnPlaces, formatUsd } from '../../../lib/money.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { useMay, useProjects, useSavingsSearch } from '../use-savings.ts';
import { kindText, STATE_LABELS, STATE_TONES } from '../words.ts';
import { Levels } from './levels.tsx';
import { NothingFound } from './nothing-found.tsx';
import { RecommendationSheet } from './recommendation-sheet.tsx';
import { SavingsTotal } from './savings-total.tsx';

const EVERY_STATE = ['open', 'accepted', 'dismissed', 'snoozed', 'gone'] as const;
const SHOWN = ['open', 'accepted', 'snoozed', 'dismissed', 'gone', 'all'] as const;

/** What the rules and analyses have found, the dearest first. */
export function RecommendationsTab() {
  const { state = 'open' } = useSavingsSearch();
  const patch = useSearchPatch();
  const mayDecide = useMay('savings.manage');
  const projects = useProjects();
  const found = useQuery(recommendationsQuery({ ...projects, state: EVERY_STATE }));
  const all = found.data?.recommendations;
  const shown = useMemo(() => all?.filter((one) => state === 'all' || one.state === state), [all, state]);
  const count = (value: (typeof SHOWN)[number]) =>
    value === 'all' ? (all?.length ?? 0) : (all?.filter((one) => one.state === value).length ?? 0);
  if (found.isError && !found.data) {
    return (
      <Panel>
        <ErrorState error={found.error} what="Recommendations" onRetry={() => void found.refetch()} className="py-24" />
      </Panel>
    );
  }
  return (
    <>
      <SavingsTotal list={found.data} />
      <Panel aria-label="Recommendations">
        {all === undefined && (
          <div className="border-b border-line px-4 py-3">
            <Skeleton className="h-8 w-36" />
          </div>
        )}
        {all && all.length > 0 && (
          <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
            <Segmented
              label="State"
              value={state}
              onChange={(next) => patch({ state: next === 'open' ? undefined : next })}
              options={SHOWN.filter((value) => value === state || value === 'open' || count(value) > 0).map(
                (value) => ({
                  value,
                  label: `${value === 'all' ? 'All' : STATE_LABELS[value]} ${formatCount(count(value))}`,
                }),
              )}
            />
            <ExportMenu
              path="/api/v1/recommendations/export"
              query={{ ...projects, state: state === 'all' ? EVERY_STATE : [state] }}
            />
          </div>
        )}
        <Content list={found.data} shown={shown} />
      </Panel>
      {!mayDecide && (
        <p className="text-xs text-subtle">Members, admins and owners decide what becomes of recommendations.</p>
      )}
      <RecommendationSheet />
    </>
  );
}

function Content({
  list,
  shown,
}: {
  list: RecommendationList | undefined;
  shown: readonly Recommendation[] | undefined;
}) {
  const { state = 'open' } = useSavingsSearch();
  if (!list || !shown) {
    return (
      <ul>
        {['a', 'b', 'c', 'd'].map((row) => (
          <li key={row} className="border-t border-line px-4 py-3.5 first:border-t-0">
            <Skeleton className="h-11 max-sm:h-28" />
          </li>
        ))}
      </ul>
    );
  }
  if (list.recommendations.length === 0) return <NothingFound run={list.run} />;
  if (shown.length === 0) {
    return (
      <EmptyState
        title={state === 'open' ? 'Nothing is open' : 'None in this state'}
        className="border-t border-line py-14"
      >
        {state === 'open' ? 'Somebody has decided about everything that was found.' : undefined}
      </EmptyState>
    );
  }
  const places = columnPlaces(shown.map(({ savingPerMonth }) => savingPerMonth));
  const most = Number(shown[0]?.savingPerMonth ?? 0);
  return (
    <ul>
      {shown.map((one) => (
        <Row key={one.id} recommendation={one} places={places} most={most} withState={state === 'all'} />
      ))}
    </ul>
  );
}

interface RowProps {
  recommendation: Recommendation;
  places: number;
  /** The largest saving of the list. */
  most: number;
  withState: boolean;
}

function Row({ recommendation, places, most, withState }: RowProps) {
  const patch = useSearchPatch();
  const { title, projectName, savingPerMonth, countedPerMonth, evidence, state, applies, scope } = recommendation;
  // What differs by less than is shown would read as a contradiction.
  const overlaps = state === 'open' && formatUsd(countedPerMonth) !== formatUsd(savingPerMonth);
  return (
    <li
      className={cn(
        'relative border-t border-line transition-colors hover:bg-hover',
        (state === 'gone' || state === 'dismissed') && 'opacity-75',
      )}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-2 px-4 py-3.5 sm:grid-cols-[minmax(0,1fr)_minmax(10rem,14rem)]">
        <div className="min-w-0">
          <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            <button
              type="button"
              onClick={() => patch({ recommendation: recommendation.id })}
              className="min-w-0 rounded-xs text-left text-sm font-medium text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
            >
              {title}
            </button>
            {withState && <Badge tone={STATE_TONES[state]}>{STATE_LABELS[state]}</Badge>}
            {!applies && state === 'accepted' && <Badge>no longer found</Badge>}
          </p>
          <p className="mt-1 flex flex-wrap items-center gap-x-1.5 gap-y-1 text-xs text-subtle">
            <span>
              {kindText(recommendation)}
              {scope.model !== undefined && ` · ${scope.model}`}
              {projectName !== null && ` · ${projectName}`}
              {' · '}
              <span className="nums">{formatCount(evidence.calls)} calls</span>
            </span>
            <Levels recommendation={recommendation} />
          </p>
        </div>
        <div className="min-w-0 text-right max-sm:col-span-2 max-sm:text-left">
          <p className="text-xs text-muted">
            <Money
              usd={savingPerMonth}
              places={places}
              className="relative text-md font-semibold tracking-tight text-ink"
            />{' '}
            a month
          </p>
          <ShareBar share={most > 0 ? Number(savingPerMonth) / most : 0} className="mt-1.5" />
          {overlaps && (
            <p className="mt-1 text-2xs text-subtle">
              <Money usd={countedPerMonth} className="relative" /> of it in the total
            </p>
          )}
        </div>
      </div>
    </li>
  );
}
