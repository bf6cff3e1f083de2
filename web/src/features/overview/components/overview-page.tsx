import { FilterBar } from '../../../components/filters/filter-bar.tsx';
import { Toolbar } from '../../../components/filters/toolbar.tsx';
import { NoCalls } from '../../../components/no-calls.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { useTitle } from '../../../lib/title.ts';
import { useTotals } from '../use-overview.ts';
import { MonthForecast } from './month-forecast.tsx';
import { NewestRecords } from './newest-records.tsx';
import { OpenAlerts } from './open-alerts.tsx';
import { SavingsFound } from './savings-found.tsx';
import { Summary } from './summary.tsx';
import { TokenClasses } from './token-classes.tsx';
import { TopTable } from './top-table.tsx';
import { TrendPanel } from './trend-panel.tsx';

export function OverviewPage() {
  useTitle('Overview');
  const totals = useTotals();
  const nothing = totals.data && !totals.data.totals.calls && !totals.data.previous?.calls;
  const settled = totals.data !== undefined && !totals.isPlaceholderData;
  return (
    <>
      <StickyHeader title="Overview">
        <Toolbar />
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-3 pb-12 lg:px-8">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <FilterBar />
          <div className="flex flex-wrap items-center gap-1">
            <OpenAlerts />
            {!nothing && <SavingsFound />}
          </div>
        </div>
        {totals.isError && !totals.data ? (
          <ErrorState
            error={totals.error}
            what="The overview"
            onRetry={() => void totals.refetch()}
            className="py-24"
          />
        ) : nothing ? (
          <NoCalls />
        ) : (
          <>
            <div className="rounded-lg border border-line bg-surface">
              <Summary result={totals.data} />
              <MonthForecast />
              <TrendPanel totals={totals.data?.totals} />
            </div>
            <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
              <TopTable dimension="model" title="Top models" settled={settled} />
              <TopTable dimension="feature" title="Top features" settled={settled} />
            </div>
            <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
              <TokenClasses result={totals.data} />
              <NewestRecords />
            </div>
          </>
        )}
      </div>
    </>
  );
}
