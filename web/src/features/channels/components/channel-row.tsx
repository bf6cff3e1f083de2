import { useMutation } from '@tanstack/react-query';
import type { AlertDelivery } from '@tokengrip/core/contract/alerts';
import type { Channel } from '@tokengrip/core/contract/channels';
import { CircleAlert, CircleCheck, Send } from 'lucide-react';
import { ChannelIcon } from '../../../components/alerting/channel-icon.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { CHANNEL_LABELS, KIND_LABELS, testOutcome } from '../../../lib/alert-words.ts';
import { cn } from '../../../lib/cn.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { testChannel } from '../api/channels.ts';
import { channelStanding } from '../standing.ts';
import { useChannelsChanged } from '../use-channels.ts';
import { ChannelActions } from './channel-actions.tsx';

export interface ChannelRowProps {
  channel: Channel;
  timeZone: string;
  mayManage: boolean;
}

export function ChannelRow({ channel, timeZone, mayManage }: ChannelRowProps) {
  const patch = useSearchPatch();
  const changed = useChannelsChanged();
  const test = useMutation({ mutationFn: testChannel, onSettled: changed });
  const { label, tone, text } = channelStanding(channel);
  const { quietHours } = channel;
  return (
    <li className="border-t border-line px-4 py-3.5 first:border-t-0">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-72 gap-3">
          <span className="mt-0.5">
            <ChannelIcon kind={channel.kind} size={16} />
          </span>
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2">
              <button
                type="button"
                onClick={() => patch({ channel: channel.id })}
                className={cn(
                  'min-w-0 rounded-xs text-left text-sm font-medium break-words hover:underline',
                  channel.enabled ? 'text-ink' : 'text-muted',
                )}
              >
                {channel.name}
              </button>
              <Badge tone={tone}>{label}</Badge>
            </p>
            <p className="mt-0.5 text-xs wrap-anywhere text-muted">
              {[CHANNEL_LABELS[channel.kind], channel.target].filter(Boolean).join(' · ')}
            </p>
            <p className="mt-1 text-xs text-subtle">
              <Uses channel={channel} />
              {quietHours && (
                <span className="nums">
                  {' '}
                  · quiet from {quietHours.start} to {quietHours.end}
                  {quietHours.passCritical && ', but for what is critical'}
                </span>
              )}
            </p>
            {text !== undefined && (
              <p className={cn('mt-1 text-xs', tone === 'bad' ? 'text-bad' : 'text-subtle')}>
                {text}
                {channel.snoozedUntil !== null && channel.enabled && (
                  <> Snoozed until {formatAbsolute(channel.snoozedUntil, timeZone)}.</>
                )}
              </p>
            )}
            {channel.lastDeliveredAt !== null && (
              <p className="mt-1 text-xs text-subtle">
                Last delivered <RelativeTime instant={channel.lastDeliveredAt} timeZone={timeZone} />
              </p>
            )}
            {channel.previousSecretUntil !== null && (
              <p className="mt-1 text-xs text-subtle">
                Signed with the old secret, too, until {formatAbsolute(channel.previousSecretUntil, timeZone)}.
              </p>
            )}
          </div>
        </div>
        {mayManage && (
          <div className="flex flex-wrap items-center gap-1.5">
            <Button
              size="sm"
              icon={<Send size={13} aria-hidden />}
              loading={test.isPending}
              aria-label={`Send a test to ${channel.name}`}
              onClick={() => test.mutate(channel.id)}
            >
              Test
            </Button>
            <ChannelActions channel={channel} />
          </div>
        )}
      </div>
      {!test.isPending && (test.data || test.error) && <Outcome delivery={test.data} problem={test.error?.message} />}
    </li>
  );
}

/** Which alerts go there. */
function Uses({ channel: { kinds, budgets } }: { channel: Channel }) {
  const parts = [...kinds.map((kind) => KIND_LABELS[kind]), ...budgets.map(({ name }) => `budget “${name}”`)];
  return parts.length === 0 ? 'Told of nothing yet' : `Told of: ${parts.join(', ')}`;
}

/** What the test did. It stays until another is made: there is time to read it. */
function Outcome({ delivery, problem }: { delivery: AlertDelivery | undefined; problem: string | undefined }) {
  const { good, text } = delivery ? testOutcome(delivery) : { good: false, text: problem ?? '' };
  const Icon = good ? CircleCheck : CircleAlert;
  return (
    <p
      role="status"
      className={cn(
        'mt-3 flex items-start gap-2 rounded-sm px-3 py-2 text-xs',
        good ? 'bg-good-soft text-good' : 'bg-warn-soft text-warn',
      )}
    >
      <Icon size={14} className="mt-px shrink-0" aria-hidden />
      {text}
    </p>
  );
}
