import { Link } from '@tanstack/react-router';
import type { AlertSummary } from '@tokengrip/core/contract/alerts';
import { Badge } from '../../../components/ui/badge.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { KIND_LABELS } from '../../../lib/alert-words.ts';
import { cn } from '../../../lib/cn.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import type { AlertActionSet } from '../use-alerts.ts';
import { AlertActions } from './alert-actions.tsx';
import { CodeText } from './code-text.tsx';
import { SeverityIcon } from './severity-icon.tsx';

export interface AlertRowProps {
  alert: AlertSummary;
  timeZone: string;
  actions: AlertActionSet;
}

export function AlertRow({ alert, timeZone, actions }: AlertRowProps) {
  const { state, deliveries } = alert;
  const isOver = state === 'resolved';
  // The sentence about the driver says more than the figures, which the title has most of.
  const sentence = alert.drivers[0]?.sentence ?? alert.text[0];
  return (
    <li
      data-alert={alert.id}
      className="relative border-t border-line transition-colors first:border-t-0 focus-within:bg-hover hover:bg-hover"
    >
      <div className="flex gap-3 px-4 py-3.5 max-lg:flex-wrap">
        <div className="flex min-w-0 flex-1 gap-3 max-lg:basis-full">
          <span className="mt-0.5">
            <SeverityIcon severity={alert.severity} faded={isOver} />
          </span>
          <div className="min-w-0">
            <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
              <Link
                to="/alerts/$alertId"
                params={{ alertId: String(alert.id) }}
                search={(search) => readAppSearch({ ...search })}
                className={cn(
                  'min-w-0 rounded-xs text-sm font-medium break-words after:absolute after:inset-0 focus-visible:outline-none',
                  'focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent',
                  isOver ? 'text-muted' : 'text-ink',
                )}
              >
                {alert.title}
              </Link>
              <StateBadge alert={alert} timeZone={timeZone} />
              {deliveries.failed > 0 && (
                <Badge tone="bad" title="It did not reach every channel.">
                  {deliveries.failed} not delivered
                </Badge>
              )}
            </p>
            {sentence !== undefined && (
              <p className="mt-0.5 text-sm text-muted">
                <CodeText text={sentence} />
              </p>
            )}
            <p className="mt-1 flex flex-wrap gap-x-1.5 text-xs text-subtle">
              <RelativeTime instant={alert.raisedAt} timeZone={timeZone} className="relative" />
              <span>· {KIND_LABELS[alert.kind]}</span>
              {alert.project && <span>· {alert.project.name}</span>}
              {alert.acknowledgedBy && !isOver && <span>· {alert.acknowledgedBy.name} looks after it</span>}
              {isOver && alert.kind !== 'digest' && (
                <span>· {alert.resolvedBy ? `resolved by ${alert.resolvedBy.name}` : 'over by itself'}</span>
              )}
            </p>
          </div>
        </div>
        {/* Above the link, which covers the row. */}
        <div className="relative shrink-0 self-center empty:hidden max-lg:ml-7">
          <AlertActions alert={alert} actions={actions} small />
        </div>
      </div>
    </li>
  );
}

/** Nothing for what is open: that is what a list is for. */
export function StateBadge({ alert, timeZone }: { alert: AlertSummary; timeZone: string }) {
  if (alert.snoozedUntil !== null) {
    return <Badge title={`Until ${formatAbsolute(alert.snoozedUntil, timeZone)}`}>snoozed</Badge>;
  }
  if (alert.state === 'acknowledged') return <Badge tone="accent">acknowledged</Badge>;
  if (alert.state === 'resolved' && alert.kind !== 'digest') return <Badge tone="good">resolved</Badge>;
  return null;
}
