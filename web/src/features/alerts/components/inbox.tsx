import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertPage, AlertSummary } from '@tokengrip/core/contract/alerts';
import { BellOff, CircleCheckBig } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { Button, buttonClass } from '../../../components/ui/button.tsx';
import { Kbd } from '../../../components/ui/kbd.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { openAlertsQuery } from '../../../lib/api/alerts.ts';
import { useMay } from '../../../lib/api/me.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useAppSearch, useSearchPatch } from '../../../lib/search-state.ts';
import { alertsQuery } from '../api/alerts.ts';
import { useAlertActions, useAlertsSearch } from '../use-alerts.ts';
import { useRowKeys } from '../use-row-keys.ts';
import { AlertRow } from './alert-row.tsx';
import { InboxFilters } from './inbox-filters.tsx';

/** What is open first, then what somebody looks after, each the newest first. */
export function Inbox() {
  const { state = 'active', kind, severity } = useAlertsSearch();
  const { project } = useAppSearch();
  const mayHandle = useMay('alerts.handle');
  const actions = useAlertActions();
  const found = useInfiniteQuery(
    alertsQuery({
      ...(state === 'all' ? {} : { state }),
      ...(kind ? { kind } : {}),
      ...(severity ? { severity } : {}),
      ...(project ? { projectId: project } : {}),
    }),
  );
  const alerts = useMemo(() => {
    const all = found.data?.pages.flatMap((page) => page.alerts);
    if (state !== 'active' || !all) return all;
    return [...all.filter((alert) => alert.state === 'open'), ...all.filter((alert) => alert.state !== 'open')];
  }, [found.data, state]);
  useCountsToo(found.data?.pages[0]);
  const byId = (id: number) => alerts?.find((alert) => alert.id === id);
  useRowKeys(
    mayHandle
      ? {
          a: (id) => byId(id)?.state === 'open' && actions.acknowledge.mutate(id),
          r: (id) => byId(id)?.state !== 'resolved' && actions.resolve.mutate(id),
        }
      : {},
  );
  const timeZone = found.data?.pages[0]?.timeZone ?? 'UTC';
  return (
    <>
      <Panel aria-label="Alerts">
        <InboxFilters counts={found.data?.pages[0]?.counts} />
        {found.isError && !alerts ? (
          <ErrorState
            error={found.error}
            what="Alerts"
            onRetry={() => void found.refetch()}
            className="border-t border-line py-24"
          />
        ) : alerts?.length === 0 ? (
          <Nothing />
        ) : (
          <ul className="border-t border-line">
            {alerts
              ? alerts.map((alert: AlertSummary) => (
                  <AlertRow key={alert.id} alert={alert} timeZone={timeZone} actions={actions} />
                ))
              : ['a', 'b', 'c', 'd'].map((row) => (
                  <li key={row} className="border-t border-line px-4 py-4 first:border-t-0">
                    <Skeleton className="h-12" />
                  </li>
                ))}
          </ul>
        )}
      </Panel>
      {found.hasNextPage && (
        <div className="flex justify-center">
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {mayHandle ? (
        alerts &&
        alerts.length > 0 && (
          <p className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-xs text-subtle max-lg:hidden">
            <Kbd>j</Kbd> <Kbd>k</Kbd> move <Kbd>Enter</Kbd> opens <Kbd>a</Kbd> acknowledges <Kbd>r</Kbd> resolves
          </p>
        )
      ) : (
        <p className="text-xs text-subtle">Members, admins and owners acknowledge and resolve alerts.</p>
      )}
    </>
  );
}

/** The figure in the navigation is as fresh as the list. */
function useCountsToo(page: AlertPage | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (page) client.setQueryData(openAlertsQuery.queryKey, page);
  }, [client, page]);
}

/** Nothing at all, nothing that fits, or nothing to do: three different pieces of news. */
function Nothing() {
  const { state = 'active', kind, severity } = useAlertsSearch();
  const { project } = useAppSearch();
  const patch = useSearchPatch();
  if (kind !== undefined || severity !== undefined || project !== undefined) {
    return (
      <EmptyState
        title="No alert fits these filters"
        className="border-t border-line py-16"
        actions={
          <Button onClick={() => patch({ kind: undefined, severity: undefined, project: undefined })}>
            Clear the filters
          </Button>
        }
      />
    );
  }
  if (state === 'active') {
    return (
      <EmptyState
        icon={<CircleCheckBig size={18} aria-hidden />}
        title="Nothing is open"
        className="border-t border-line py-16"
        actions={
          <Link
            to="/alerts"
            search={(search) => ({ ...readAppSearch({ ...search }), tab: 'settings' as const })}
            className={buttonClass()}
          >
            What is told, and to whom
          </Link>
        }
      >
        Budgets that run out, unusual spend, errors, models without a price and silence appear here, with what drives
        them.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<BellOff size={18} aria-hidden />}
      title={
        state === 'snoozed'
          ? 'Nothing is snoozed'
          : state === 'resolved'
            ? 'Nothing has been resolved yet'
            : 'There has been no alert yet'
      }
      className="border-t border-line py-16"
    />
  );
}
