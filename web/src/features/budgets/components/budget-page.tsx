import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { BudgetDetail, BudgetDriver } from '@tokengrip/core/contract/budgets';
import { Archive, ArrowLeft, Pencil } from 'lucide-react';
import { useState } from 'react';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { formatAbsolute, formatDate } from '../../../lib/time.ts';
import { useTitle } from '../../../lib/title.ts';
import { archiveBudget, budgetQuery } from '../api/budgets.ts';
import { useBudgetsChanged, useMayManage, useScopeNames } from '../use-budgets.ts';
import { amountText, periodText, scopeText, usedShare } from '../words.ts';
import { BudgetChanges } from './budget-changes.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import { BudgetForecast } from './budget-forecast.tsx';
import { barColour, StatusBadge } from './budget-status.tsx';
import { BurnChart } from './burn-chart.tsx';
import { PeriodBars } from './period-bars.tsx';

export function BudgetPage() {
  const { budgetId } = useParams({ strict: false });
  const found = useQuery(budgetQuery(Number(budgetId)));
  useTitle(found.data?.budget.name ?? 'Budget');
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-4 pb-12 lg:px-8">
      <Link
        to="/budgets"
        className="inline-flex items-center gap-1.5 self-start rounded-xs text-xs text-muted hover:text-ink"
      >
        <ArrowLeft size={13} aria-hidden /> Budgets
      </Link>
      {found.data ? (
        <Detail detail={found.data} />
      ) : found.isError ? (
        <ErrorState error={found.error} what="The budget" onRetry={() => void found.refetch()} />
      ) : (
        <Skeleton className="h-96 rounded-lg" />
      )}
    </div>
  );
}

function Detail({ detail }: { detail: BudgetDetail }) {
  const { budget, periods, drivers, changes, timeZone } = detail;
  const { state, measure } = budget;
  const nameOf = useScopeNames();
  return (
    <>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="flex min-w-0 items-center gap-2 text-lg font-semibold tracking-tight text-ink">
            <span className="truncate">{budget.name}</span> <StatusBadge budget={budget} />
          </h1>
          <p className="text-xs text-subtle">{scopeText(budget.conditions, nameOf)}</p>
        </div>
        <Actions detail={detail} />
      </header>
      <Panel aria-label="This period">
        <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-2 px-4 pt-4">
          <p className="text-sm text-muted nums">
            <span className="text-2xl font-semibold tracking-tight text-ink">{amountText(state.spent, measure)}</span>{' '}
            of {amountText(budget.amount, measure)} {periodText(budget)}
            {Number(state.reserved) > 0 && <> · {amountText(state.reserved, measure)} set aside for calls under way</>}
          </p>
          <p className="text-xs text-subtle nums">
            {formatPercent(usedShare(budget), 0)} used · {formatCount(state.calls)} calls
            {state.unpricedCalls > 0 && ` · ${formatCount(state.unpricedCalls)} without a price`}
            {budget.period !== 'rolling' && (
              <>
                {' '}
                · resets{' '}
                <time title={formatAbsolute(state.periodEnd, timeZone)}>{formatDate(state.periodEnd, timeZone)}</time>
              </>
            )}
          </p>
        </div>
        <ShareBar share={usedShare(budget)} colour={barColour(budget)} className="mx-4 mt-3 mb-4 h-1.5" />
        <BudgetForecast detail={detail} />
        <BurnChart detail={detail} />
      </Panel>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel aria-label="What drives it">
          <PanelHeader title="What drives it" description="The largest parts of this period." />
          {drivers.length === 0 ? (
            <p className="px-4 pb-4 text-sm text-muted">Nothing yet.</p>
          ) : (
            <div className="grid gap-x-6 gap-y-4 px-4 pb-4 sm:grid-cols-2">
              {drivers.map(({ dimension, values }) => (
                <Driver
                  key={dimension}
                  dimension={dimension}
                  values={values}
                  measure={measure}
                  total={Number(state.spent)}
                />
              ))}
            </div>
          )}
        </Panel>
        <Panel aria-label="Periods before">
          <PanelHeader title="Periods" description="With today’s amount as a line." />
          <div className="px-4 pb-4">
            <PeriodBars periods={periods} limit={Number(budget.amount)} measure={measure} timeZone={timeZone} />
          </div>
        </Panel>
      </div>
      <BudgetChanges changes={changes} timeZone={timeZone} />
    </>
  );
}

function Driver({
  dimension,
  values,
  measure,
  total,
}: {
  dimension: string;
  values: readonly BudgetDriver[];
  measure: BudgetDetail['budget']['measure'];
  total: number;
}) {
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-medium text-subtle capitalize">{dimension}</h3>
      <ul className="flex flex-col gap-2">
        {values.map(({ value, label, spent }) => (
          <li key={value}>
            <p className="flex justify-between gap-3 text-xs">
              <span className="truncate text-ink">{label === '' ? 'without one' : label}</span>
              <span className="shrink-0 text-muted nums">{amountText(spent, measure)}</span>
            </p>
            <ShareBar share={total > 0 ? Number(spent) / total : 0} className="mt-1" />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Actions({ detail: { budget } }: { detail: BudgetDetail }) {
  const mayManage = useMayManage();
  const changed = useBudgetsChanged();
  const [editing, setEditing] = useState(false);
  const [archiving, setArchiving] = useState(false);
  const archive = useMutation({
    mutationFn: archiveBudget,
    onSuccess: async () => {
      await changed();
      setArchiving(false);
      toast(`${budget.name} is archived.`);
    },
  });
  if (!mayManage || budget.archivedAt !== null) return null;
  return (
    <div className="flex gap-2">
      <Button icon={<Pencil size={13} aria-hidden />} onClick={() => setEditing(true)}>
        Edit
      </Button>
      <Button icon={<Archive size={13} aria-hidden />} onClick={() => setArchiving(true)}>
        Archive
      </Button>
      <BudgetDialog open={editing} onOpenChange={setEditing} edited={budget} />
      <ConfirmDialog
        open={archiving}
        onOpenChange={setArchiving}
        title={`Archive “${budget.name}”?`}
        consequence="It counts, tells and blocks no more. What it has counted stays to be looked at."
        action="Archive budget"
        pending={archive.isPending}
        error={archive.error?.message}
        onConfirm={() => archive.mutate(budget.id)}
      />
    </div>
  );
}
