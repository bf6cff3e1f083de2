import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertSetting } from '@tokengrip/core/contract/alerts';
import type { ChannelList } from '@tokengrip/core/contract/channels';
import { AlarmClock } from 'lucide-react';
import { ChannelPicker } from '../../../components/alerting/channel-picker.tsx';
import { SnoozeMenu } from '../../../components/alerting/snooze-menu.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Switch } from '../../../components/ui/switch.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { KIND_LABELS } from '../../../lib/alert-words.ts';
import { channelsQuery } from '../../../lib/api/channels.ts';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { alertSettingsQuery, saveAlertSetting } from '../api/settings.ts';
import { KIND_TEXTS, minimumsOf } from '../kinds.ts';
import { KindMinimums } from './kind-minimums.tsx';

export interface KindRowProps {
  setting: AlertSetting;
  channels: ChannelList | undefined;
  mayManage: boolean;
}

export function KindRow({ setting, channels, mayManage }: KindRowProps) {
  const { kind, snoozedUntil } = setting;
  const timeZone = useTimeZone();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: saveAlertSetting,
    onSuccess: (saved) => client.setQueryData(alertSettingsQuery.queryKey, saved),
    onError: (error) => toast(error.message, 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: channelsQuery.queryKey }),
  });
  // What was pressed shows at once; if it is refused, what holds is back.
  const shown = save.isPending ? save.variables : setting;
  const change = (part: Partial<AlertSetting>) => save.mutate({ ...shown, ...part });
  const names = channels?.channels.filter(({ id }) => shown.channelIds.includes(id)).map(({ name }) => name) ?? [];
  const told = names.length > 0 ? names.join(', ') : 'Inbox alone';
  const titleId = `kind-${kind}`;
  return (
    <li className="border-t border-line px-4 py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-72 gap-3">
          {mayManage && (
            <Switch
              checked={shown.enabled}
              onChange={(enabled) => change({ enabled })}
              labelledBy={titleId}
              describedBy={`${titleId}-text`}
            />
          )}
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2">
              <span id={titleId} className="text-sm font-medium text-ink">
                {KIND_LABELS[kind]}
              </span>
              {!mayManage && !shown.enabled && <Badge>off</Badge>}
              {snoozedUntil !== null && (
                <Badge title={`Until ${formatAbsolute(snoozedUntil, timeZone)}`}>snoozed</Badge>
              )}
            </p>
            <p id={`${titleId}-text`} className="text-xs text-subtle">
              {KIND_TEXTS[kind]}
            </p>
          </div>
        </div>
        {mayManage ? (
          shown.enabled && (
            <div className="flex items-center gap-2 max-sm:ml-12">
              <ChannelPicker
                label={`Channels for ${KIND_LABELS[kind]}`}
                selected={shown.channelIds}
                none="Inbox alone"
                onChange={(channelIds) => change({ channelIds })}
              />
              <SnoozeMenu
                until={snoozedUntil}
                onSnooze={(until) => change({ snoozedUntil: until })}
                trigger={
                  <Button variant="ghost" square aria-label={`Snooze ${KIND_LABELS[kind]}`} title="Snooze">
                    <AlarmClock size={14} aria-hidden />
                  </Button>
                }
              />
            </div>
          )
        ) : (
          <p className="text-xs text-muted">{told}</p>
        )}
      </div>
      {shown.enabled && minimumsOf(setting).length > 0 && (
        <KindMinimums
          key={minimumsOf(setting)
            .map(({ name }) => setting[name])
            .join()}
          setting={setting}
          mayManage={mayManage}
        />
      )}
    </li>
  );
}
