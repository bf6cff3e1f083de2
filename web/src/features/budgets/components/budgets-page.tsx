import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Budget } from '@tokengrip/core/contract/budgets';
import { Plus, Wallet } from 'lucide-react';
import { useState } from 'react';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { cn } from '../../../lib/cn.ts';
import { formatPercent } from '../../../lib/numbers.ts';
import { formatDate } from '../../../lib/time.ts';
import { useTitle } from '../../../lib/title.ts';
import { budgetsQuery } from '../api/budgets.ts';
import { useMayManage, useScopeNames } from '../use-budgets.ts';
import { amountText, periodText, scopeText, usedShare } from '../words.ts';
import { BudgetDialog } from './budget-dialog.tsx';
import { barColour, StatusBadge } from './budget-status.tsx';

export function BudgetsPage() {
  useTitle('Budgets');
  const mayManage = useMayManage();
  const [creating, setCreating] = useState(false);
  const budgets = useQuery(budgetsQuery);
  const list = budgets.data?.budgets;
  const create = mayManage && (
    <Button variant="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      New budget
    </Button>
  );
  return (
    <>
      <StickyHeader title="Budgets">
        {/* While it is not known, as if there were some: nothing moves when they come. */}
        {list?.length !== 0 && (
          <>
            <ExportMenu path="/api/v1/budgets/export" />
            {create}
          </>
        )}
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-4 pb-12 lg:px-8">
        <Panel aria-label="Budgets">
          {budgets.isError && !list ? (
            <ErrorState error={budgets.error} what="Budgets" onRetry={() => void budgets.refetch()} />
          ) : list?.length === 0 ? (
            <EmptyState icon={<Wallet size={18} aria-hidden />} title="No budgets yet" actions={create}>
              Say what a project, a customer or a model may cost. You are told in time, and with the SDK calls stop
              before the provider is paid.
            </EmptyState>
          ) : (
            <ul>
              {list
                ? list.map((budget) => (
                    <BudgetRow key={budget.id} budget={budget} timeZone={budgets.data?.timeZone ?? 'UTC'} />
                  ))
                : ['a', 'b', 'c'].map((row) => (
                    <li key={row} className="border-t border-line px-4 py-4 first:border-t-0">
                      <Skeleton className="h-10" />
                    </li>
                  ))}
            </ul>
          )}
        </Panel>
        {!mayManage && <p className="text-xs text-subtle">Owners and admins make and change budgets.</p>}
      </div>
      <BudgetDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}

function BudgetRow({ budget, timeZone }: { budget: Budget; timeZone: string }) {
  const nameOf = useScopeNames();
  const { state, measure } = budget;
  const share = usedShare(budget);
  const isArchived = budget.archivedAt !== null;
  return (
    <li className={cn('relative border-t border-line first:border-t-0 hover:bg-hover', isArchived && 'opacity-60')}>
      <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-2 px-4 py-3.5 sm:grid-cols-[minmax(0,1fr)_minmax(12rem,22rem)]">
        <div className="min-w-0">
          <p className="flex min-w-0 items-center gap-2">
            <Link
              to="/budgets/$budgetId"
              params={{ budgetId: String(budget.id) }}
              className="min-w-0 truncate rounded-xs text-sm font-medium text-ink after:absolute after:inset-0"
            >
              {budget.name}
            </Link>
            <StatusBadge budget={budget} />
            {budget.action === 'block' && state.status !== 'exceeded' && !isArchived && (
              <Badge title="With the SDK, calls are stopped when it is spent.">blocks</Badge>
            )}
          </p>
          <p className="mt-0.5 truncate text-xs text-subtle">{scopeText(budget.conditions, nameOf)}</p>
        </div>
        <div className="min-w-0 max-sm:col-span-2">
          <p className="flex items-baseline justify-between gap-3 text-xs text-muted">
            <span className="truncate nums">
              <span className="text-sm font-medium text-ink">{amountText(state.spent, measure)}</span> of{' '}
              {amountText(budget.amount, measure)} {periodText(budget)}
            </span>
            <span className="shrink-0 nums">{isArchived ? '' : formatPercent(share, 0)}</span>
          </p>
          <ShareBar share={share} colour={barColour(budget)} className="mt-1.5 h-1.5" />
          <p className="mt-1 text-2xs text-subtle">
            {budget.period === 'rolling'
              ? 'Moves on with time'
              : `Until ${formatDate(Date.parse(state.periodEnd) - 1, timeZone)}`}
            {state.unpricedCalls > 0 && measure === 'usd' && ` · ${state.unpricedCalls} calls without a price`}
          </p>
        </div>
      </div>
    </li>
  );
}
