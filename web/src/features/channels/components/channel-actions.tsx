import { useMutation, useQuery } from '@tanstack/react-query';
import type { Channel } from '@tokengrip/core/contract/channels';
import { AlarmClock, Pencil, RotateCcwKey, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { SnoozeMenu } from '../../../components/alerting/snooze-menu.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { KIND_LABELS } from '../../../lib/alert-words.ts';
import { channelsQuery } from '../../../lib/api/channels.ts';
import { deleteChannel, snoozeChannel } from '../api/channels.ts';
import { usesText } from '../standing.ts';
import { useChannelsChanged } from '../use-channels.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

export function ChannelActions({ channel }: { channel: Channel }) {
  const { data: list } = useQuery(channelsQuery);
  const changed = useChannelsChanged();
  const [open, setOpen] = useState<'edit' | 'rotate' | 'delete'>();
  const openChange = (next: boolean) => !next && setOpen(undefined);
  const snooze = useMutation({
    mutationFn: snoozeChannel,
    onSuccess: changed,
    onError: (error) => toast(error.message, 'bad'),
  });
  const remove = useMutation({
    mutationFn: deleteChannel,
    onSuccess: async () => {
      await changed();
      toast(`${channel.name} is deleted.`);
    },
  });
  const icon = (label: string, Icon: typeof Pencil) => ({
    size: 'sm' as const,
    variant: 'ghost' as const,
    square: true,
    title: label,
    'aria-label': `${label} ${channel.name}`,
    icon: <Icon size={14} aria-hidden />,
  });
  return (
    <>
      <Button {...icon('Edit', Pencil)} onClick={() => setOpen('edit')} />
      {channel.kind === 'webhook' && (
        <Button {...icon('New secret for', RotateCcwKey)} onClick={() => setOpen('rotate')} />
      )}
      <SnoozeMenu
        until={channel.snoozedUntil}
        onSnooze={(until) => snooze.mutate({ id: channel.id, until })}
        trigger={<Button {...icon('Snooze', AlarmClock)} />}
      />
      <Button {...icon('Delete', Trash2)} onClick={() => setOpen('delete')} />
      <ChannelDialog open={open === 'edit'} onOpenChange={openChange} edited={channel} list={list} />
      <RotateDialog open={open === 'rotate'} onOpenChange={openChange} channel={channel} />
      <ConfirmDialog
        open={open === 'delete'}
        onOpenChange={openChange}
        title={`Delete the channel “${channel.name}”?`}
        consequence={`${usesText(channel, (kind) => KIND_LABELS[kind])} What waits to be sent by it is given up.`}
        action="Delete channel"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate(channel.id)}
      />
    </>
  );
}
