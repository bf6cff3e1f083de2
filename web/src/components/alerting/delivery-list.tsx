import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertDelivery } from '@tokengrip/core/contract/alerts';
import { codeText, EVENT_LABELS, standingOf } from '../../lib/alert-words.ts';
import { resendDelivery } from '../../lib/api/deliveries.ts';
import { useMay } from '../../lib/api/me.ts';
import { formatAbsolute } from '../../lib/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { toast } from '../ui/toast.tsx';
import { ChannelIcon } from './channel-icon.tsx';

export interface DeliveryListProps {
  deliveries: readonly AlertDelivery[];
  timeZone: string;
  /** Of an alert the channels are named, of a channel the alerts. */
  by: 'channel' | 'alert';
}

/** What was sent, how it stands, and every attempt. */
export const DeliveryList = ({ deliveries, timeZone, by }: DeliveryListProps) => (
  <ul>
    {deliveries.map((delivery) => (
      <DeliveryRow key={delivery.id} delivery={delivery} timeZone={timeZone} by={by} />
    ))}
  </ul>
);

function DeliveryRow({
  delivery,
  timeZone,
  by,
}: {
  delivery: AlertDelivery;
  timeZone: string;
  by: 'channel' | 'alert';
}) {
  const { channel, alert, event, state, log, nextAttemptAt } = delivery;
  const { label, tone, text } = standingOf(delivery);
  return (
    <li className="border-t border-line px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="flex min-w-0 flex-1 items-center gap-2 max-sm:basis-full">
          {by === 'channel' ? (
            <>
              <ChannelIcon kind={channel.kind} />
              <span className="truncate font-medium text-ink">{channel.name}</span>
              {channel.id === null && <Badge>removed</Badge>}
            </>
          ) : alert ? (
            <Link
              to="/alerts/$alertId"
              params={{ alertId: String(alert.id) }}
              className="truncate rounded-xs font-medium text-ink hover:underline"
            >
              {alert.title}
            </Link>
          ) : (
            <span className="font-medium text-ink">{EVENT_LABELS[event]}</span>
          )}
        </p>
        <Badge tone={tone}>{label}</Badge>
        <RelativeTime instant={delivery.createdAt} timeZone={timeZone} className="text-xs text-subtle" />
        <Resend delivery={delivery} />
      </div>
      <p className="mt-0.5 text-xs text-subtle">
        {(by === 'channel' || alert) && `${EVENT_LABELS[event]}. `}
        {text}
        {nextAttemptAt !== null && state !== 'delivered' && state !== 'failed' && (
          <> Next attempt: {formatAbsolute(nextAttemptAt, timeZone)}.</>
        )}
      </p>
      {log.length > 0 && <Attempts delivery={delivery} timeZone={timeZone} />}
    </li>
  );
}

const Attempts = ({ delivery, timeZone }: { delivery: AlertDelivery; timeZone: string }) => (
  <details className="mt-1 text-xs">
    <summary className="w-fit cursor-pointer rounded-xs text-muted hover:text-ink">
      {delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts} attempts`}
    </summary>
    <ol className="mt-1.5 flex flex-col gap-1 border-l border-line pl-3">
      {delivery.log.map(({ at, durationMs, status, code }) => (
        <li key={at} className="text-muted">
          <time dateTime={at} className="text-subtle nums">
            {formatAbsolute(at, timeZone)}
          </time>
          {' · '}
          <span className="nums">{durationMs} ms</span>
          {' · '}
          {code === null ? `delivered${status === null ? '' : ` (HTTP ${status})`}` : codeText(code, status)}
        </li>
      ))}
    </ol>
    <p className="mt-1.5 font-mono text-2xs break-all text-subtle">Delivery {delivery.id}</p>
  </details>
);

function Resend({ delivery }: { delivery: AlertDelivery }) {
  const mayHandle = useMay('alerts.handle');
  const client = useQueryClient();
  const resend = useMutation({
    mutationFn: resendDelivery,
    onSuccess: () => toast('It is sent once more.'),
    onError: (error) => toast(error.message, 'bad'),
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => ['alerts', 'channels', 'deliveries'].includes(String(queryKey[0])),
      }),
  });
  const { state, event, channel } = delivery;
  // A test is made anew, and what waits for its first attempt is sent in a moment.
  if (!mayHandle || event === 'test' || channel.id === null || state === 'queued') return null;
  const verb = state === 'held' ? 'Send now' : 'Send again';
  return (
    <Button
      size="sm"
      variant={state === 'failed' ? 'secondary' : 'ghost'}
      loading={resend.isPending}
      aria-label={`${verb} to ${channel.name}`}
      onClick={() => resend.mutate(delivery.id)}
    >
      {verb}
    </Button>
  );
}
