import { useQuery } from '@tanstack/react-query';
import type { Unpriced } from '@tokengrip/core/contract/recosting';
import { CircleCheck, Inbox } from 'lucide-react';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton, SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Th } from '../../../components/ui/table.tsx';
import { monthName } from '../../../lib/calendar.ts';
import { cn } from '../../../lib/cn.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { unpricedQuery } from '../api/unpriced.ts';
import { useMayChange, usePeriodOfProjects, useProjectFilter } from '../use-prices.ts';
import { UnpricedRow } from './unpriced-row.tsx';
import { useStartRecosting } from './use-start-recosting.ts';

/** How many calls have a cost, and the queue of models whose calls have none. */
export function CoverageTab() {
  const unpriced = useQuery(unpricedQuery(usePeriodOfProjects()));
  const { data } = unpriced;
  if (unpriced.isError && !data) {
    return (
      <Panel>
        <ErrorState error={unpriced.error} what="The coverage" onRetry={() => void unpriced.refetch()} />
      </Panel>
    );
  }
  return (
    <div
      className={cn('flex flex-col gap-4 transition-opacity duration-150', unpriced.isPlaceholderData && 'opacity-60')}
    >
      <CoveragePanel data={data} />
      <Queue data={data} />
    </div>
  );
}

const shareOf = ({ calls, pricedCalls }: { calls: number; pricedCalls: number }) =>
  calls === 0 ? 1 : pricedCalls / calls;

function CoveragePanel({ data }: { data: Unpriced | undefined }) {
  const coverage = data?.coverage;
  const months = data?.months.filter(({ calls }) => calls > 0) ?? [];
  return (
    <Panel aria-label="Coverage" className="flex flex-wrap items-start gap-x-12 gap-y-5 px-5 py-4">
      <div className="min-w-56">
        <p className="text-xs font-medium text-muted">Calls with a cost</p>
        {coverage ? (
          <>
            <p className="mt-1 text-3xl font-semibold tracking-tight text-ink nums">
              {coverage.calls === 0 ? '—' : formatPercent(shareOf(coverage))}
            </p>
            <p className="mt-1 text-sm text-muted nums">
              {coverage.calls === 0
                ? 'No calls in this period'
                : `of ${formatCount(coverage.calls)} ${coverage.calls === 1 ? 'call' : 'calls'} priced`}
            </p>
          </>
        ) : (
          <>
            <Skeleton className="mt-2.5 h-7 w-28" />
            <Skeleton className="mt-3 h-3.5 w-44" />
          </>
        )}
      </div>
      {!coverage && <Skeleton className="h-18 w-66" />}
      {coverage && coverage.calls > 0 && (
        <dl className="grid grid-cols-[auto_auto] gap-x-4 gap-y-1 pt-0.5 text-sm nums">
          <dt className="text-muted">With a cost</dt>
          <dd className="text-right text-ink">{formatCount(coverage.pricedCalls)}</dd>
          <dt className="text-muted">To models without a price</dt>
          <dd className={cn('text-right', coverage.unpricedCalls > 0 ? 'text-warn' : 'text-ink')}>
            {formatCount(coverage.unpricedCalls)}
          </dd>
          <dt className="text-muted">With usage that could not be read</dt>
          <dd className={cn('text-right', coverage.unreadableCalls > 0 ? 'text-warn' : 'text-ink')}>
            {formatCount(coverage.unreadableCalls)}
          </dd>
        </dl>
      )}
      {months.length > 1 && (
        <ul aria-label="By month" className="flex flex-wrap gap-x-6 gap-y-3">
          {months.map((month) => (
            <li
              key={month.month}
              className="w-28"
              title={`${formatCount(month.pricedCalls)} of ${formatCount(month.calls)} calls`}
            >
              <span className="flex items-baseline justify-between gap-2 text-xs">
                <span className="whitespace-nowrap text-muted">
                  {monthName(`${month.month}-01`).replace(/^(\w{3})\w*/, '$1')}
                </span>
                <span className="text-ink nums">{formatPercent(shareOf(month))}</span>
              </span>
              <ShareBar share={shareOf(month)} className="mt-1.5" />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Queue({ data }: { data: Unpriced | undefined }) {
  const mayChange = useMayChange();
  const projects = useProjectFilter();
  const recost = useStartRecosting();
  const ready = data?.models.filter(({ now }) => now.costStatus === 'priced') ?? [];
  const readyCalls = ready.reduce((sum, { calls }) => sum + calls, 0);
  return (
    <Panel aria-label="Models to price">
      <PanelHeader
        title="Models to price"
        description={
          ready.length > 0
            ? `${formatCount(readyCalls)} calls have a price by now: a re-costing gives them their cost.`
            : 'Calls without a cost are counted, and not in the spend.'
        }
        actions={
          mayChange &&
          ready.length > 0 && (
            <Button
              size="sm"
              variant="primary"
              loading={recost.isPending}
              onClick={() => recost.mutate({ ...projects, onlyUnpriced: true })}
            >
              Re-cost all that can be priced
            </Button>
          )
        }
      />
      {data?.models.length === 0 ? (
        data.coverage.calls === 0 ? (
          <EmptyState
            icon={<Inbox size={18} aria-hidden />}
            title="No calls in this period"
            className="border-t border-line"
          >
            Choose another period, or send the first call.
          </EmptyState>
        ) : (
          <EmptyState
            icon={<CircleCheck size={18} className="text-good" aria-hidden />}
            title="Every call has a cost"
            className="border-t border-line"
          >
            A model that the price list does not know appears here with its first call.
          </EmptyState>
        )
      ) : (
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>
                <Th>Model</Th>
                <Th className="max-sm:hidden">Why</Th>
                <Th numeric>Calls</Th>
                <Th numeric className="max-lg:hidden">
                  Tokens
                </Th>
                <Th className="max-lg:hidden">Last call</Th>
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {data ? (
                data.models.map((model) => (
                  <UnpricedRow
                    key={[model.provider, model.model, model.source, model.reason].join('\n')}
                    model={model}
                  />
                ))
              ) : (
                <SkeletonRows rows={5} columns={6} />
              )}
            </tbody>
          </Table>
          {data !== undefined && data.modelsLeftOff > 0 && (
            <p className="border-t border-line px-4 pt-2 pb-1 text-xs text-subtle">
              {formatCount(data.modelsLeftOff)} more with fewer calls are not listed.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
