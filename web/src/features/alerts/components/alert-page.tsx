import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { AlertDetail, AlertSummary } from '@tokengrip/core/contract/alerts';
import { ArrowLeft, ArrowRight, BellOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { DeliveryList } from '../../../components/alerting/delivery-list.tsx';
import { buttonClass } from '../../../components/ui/button.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { KIND_LABELS } from '../../../lib/alert-words.ts';
import { HttpError } from '../../../lib/http.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { useTitle } from '../../../lib/title.ts';
import { alertQuery } from '../api/alerts.ts';
import { recordPath, recordPathLabel } from '../record-path.ts';
import { useAlertActions } from '../use-alerts.ts';
import { AlertActions } from './alert-actions.tsx';
import { AlertDrivers } from './alert-drivers.tsx';
import { StateBadge } from './alert-row.tsx';
import { CodeText } from './code-text.tsx';
import { PathLink } from './path-link.tsx';
import { SeverityIcon } from './severity-icon.tsx';

export function AlertPage() {
  const { alertId } = useParams({ strict: false });
  const found = useQuery(alertQuery(Number(alertId)));
  useTitle(found.data?.alert.title ?? 'Alert');
  const isGone = found.error instanceof HttpError && (found.error.status === 404 || found.error.status === 400);
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-4 px-4 pt-4 pb-12 lg:px-8">
      <Link
        to="/alerts"
        search={(search) => readAppSearch({ ...search })}
        className="inline-flex items-center gap-1.5 self-start rounded-xs text-xs text-muted hover:text-ink"
      >
        <ArrowLeft size={13} aria-hidden /> Alerts
      </Link>
      {found.data ? (
        <Detail detail={found.data} />
      ) : isGone ? (
        <EmptyState icon={<BellOff size={18} aria-hidden />} title="This alert does not exist" className="py-24">
          It may belong to another organization: change it in the menu at the bottom left.
        </EmptyState>
      ) : found.isError ? (
        <ErrorState error={found.error} what="The alert" onRetry={() => void found.refetch()} className="py-24" />
      ) : (
        <Skeleton className="h-96 rounded-lg" />
      )}
    </div>
  );
}

function Detail({ detail: { alert, deliveries, timeZone } }: { detail: AlertDetail }) {
  const actions = useAlertActions();
  return (
    <>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex min-w-0 gap-2.5">
          <span className="mt-1">
            <SeverityIcon severity={alert.severity} size={18} faded={alert.state === 'resolved'} />
          </span>
          <div className="min-w-0">
            <h1 className="text-lg font-semibold tracking-tight break-words text-ink">
              {alert.title} <StateBadge alert={alert} timeZone={timeZone} />
            </h1>
            <p className="text-xs text-subtle">
              {KIND_LABELS[alert.kind]}
              {alert.project && ` · ${alert.project.name}`} · {formatAbsolute(alert.occurredAt, timeZone)}
            </p>
          </div>
        </div>
        <AlertActions alert={alert} actions={actions} />
      </header>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Panel aria-label="What happened">
          <PanelHeader
            title="What happened"
            actions={
              <PathLink path={recordPath(alert.path, timeZone)} className={buttonClass({ size: 'sm' })}>
                {recordPathLabel(alert.path)} <ArrowRight size={13} aria-hidden />
              </PathLink>
            }
          />
          <div className="flex flex-col gap-2 px-4 pb-4 text-sm text-muted">
            {alert.text.map((sentence, index) => (
              <p key={sentence} className={index === 0 ? 'text-ink' : undefined}>
                <CodeText text={sentence} />
              </p>
            ))}
          </div>
          {alert.drivers.length > 0 && <AlertDrivers drivers={alert.drivers} timeZone={timeZone} />}
        </Panel>
        <div className="flex flex-col gap-4">
          {alert.facts.length > 0 && (
            <Panel aria-label="Figures">
              <PanelHeader title="Figures" />
              <dl className="pb-2">
                {alert.facts.map(({ label, value }) => (
                  <div key={label} className="flex justify-between gap-4 border-t border-line px-4 py-2 text-sm">
                    <dt className="shrink-0 text-subtle">{label}</dt>
                    <dd className="min-w-0 text-right break-words text-ink nums">{value}</dd>
                  </div>
                ))}
              </dl>
            </Panel>
          )}
          <Course alert={alert} timeZone={timeZone} />
        </div>
      </div>
      <Panel aria-label="Deliveries">
        <PanelHeader title="Deliveries" description="Who was told, and what became of it." />
        {deliveries.length === 0 ? (
          <p className="border-t border-line px-4 py-4 text-sm text-muted">
            Nobody was told: no channel was chosen for it when it was raised.{' '}
            <Link
              to="/alerts"
              search={(search) => ({ ...readAppSearch({ ...search }), tab: 'settings' as const })}
              className="text-accent underline"
            >
              Choose who is told
            </Link>
          </p>
        ) : (
          <DeliveryList deliveries={deliveries} timeZone={timeZone} by="channel" />
        )}
      </Panel>
    </>
  );
}

/** What became of it, in the order in which it happened. */
function Course({ alert, timeZone }: { alert: AlertSummary; timeZone: string }) {
  const who = (person: AlertSummary['resolvedBy']) => person?.name;
  const steps: { label: ReactNode; at: string | null }[] = [
    { label: 'Raised', at: alert.raisedAt },
    { label: `Acknowledged by ${who(alert.acknowledgedBy) ?? 'somebody who is gone'}`, at: alert.acknowledgedAt },
    {
      label: alert.resolvedBy ? `Resolved by ${who(alert.resolvedBy)}` : 'Over: what raised it does not hold any more',
      // A report is nothing to resolve.
      at: alert.kind === 'digest' ? null : alert.resolvedAt,
    },
  ];
  return (
    <Panel aria-label="Course">
      <PanelHeader title="Course" />
      <ol className="pb-2">
        {steps.map(
          ({ label, at }) =>
            at !== null && (
              <li key={at} className="flex justify-between gap-4 border-t border-line px-4 py-2 text-sm">
                <span className="min-w-0 text-ink">{label}</span>
                <RelativeTime instant={at} timeZone={timeZone} className="shrink-0 text-xs leading-5 text-subtle" />
              </li>
            ),
        )}
        {alert.snoozedUntil !== null && (
          <li className="border-t border-line px-4 py-2 text-sm text-muted">
            Snoozed until {formatAbsolute(alert.snoozedUntil, timeZone)}
          </li>
        )}
      </ol>
    </Panel>
  );
}
