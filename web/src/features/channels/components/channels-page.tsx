import { useQuery } from '@tanstack/react-query';
import type { ChannelList } from '@tokengrip/core/contract/channels';
import { Plus, RadioTower } from 'lucide-react';
import { useState } from 'react';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { channelsQuery } from '../../../lib/api/channels.ts';
import { useMay } from '../../../lib/api/me.ts';
import { useTitle } from '../../../lib/title.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelRow } from './channel-row.tsx';
import { DeliveriesSheet } from './deliveries-sheet.tsx';
import { VerifyPanel } from './verify-panel.tsx';

/** By which ways people and programs are told of alerts. */
export function ChannelsPage() {
  useTitle('Channels');
  const mayManage = useMay('alerts.manage');
  const [creating, setCreating] = useState(false);
  const found = useQuery(channelsQuery);
  const list = found.data?.channels;
  const create = mayManage && (
    <Button variant="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      New channel
    </Button>
  );
  return (
    <>
      <StickyHeader title="Channels">{list?.length !== 0 && create}</StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-4 pb-12 lg:px-8">
        {found.data && <Limits list={found.data} />}
        <Panel aria-label="Channels">
          {found.isError && !list ? (
            <ErrorState error={found.error} what="Channels" onRetry={() => void found.refetch()} />
          ) : list?.length === 0 ? (
            <EmptyState
              icon={<RadioTower size={18} aria-hidden />}
              title="No channels yet"
              className="py-16"
              actions={create}
            >
              Alerts are in the inbox. With a channel they also reach people where they are: by email, in Slack, through
              PagerDuty, or your own program by a signed webhook.
            </EmptyState>
          ) : (
            <ul>
              {list
                ? list.map((channel) => (
                    <ChannelRow
                      key={channel.id}
                      channel={channel}
                      timeZone={found.data?.timeZone ?? 'UTC'}
                      mayManage={mayManage}
                    />
                  ))
                : ['a', 'b', 'c'].map((row) => (
                    <li key={row} className="border-t border-line px-4 py-4 first:border-t-0">
                      <Skeleton className="h-12" />
                    </li>
                  ))}
            </ul>
          )}
        </Panel>
        {list?.some(({ kind }) => kind === 'webhook') && <VerifyPanel />}
        {!mayManage && <p className="text-xs text-subtle">Owners and admins make and change channels.</p>}
      </div>
      <ChannelDialog open={creating} onOpenChange={setCreating} list={found.data} />
      <DeliveriesSheet list={found.data} />
    </>
  );
}

/** What this installation cannot send, said before somebody wonders. */
function Limits({ list: { mail, airGapped, channels } }: { list: ChannelList }) {
  const notes = [
    ...(airGapped
      ? ['This installation is air-gapped: nothing goes out but to the hosts that whoever runs it has allowed.']
      : []),
    ...(!mail && channels.some(({ kind }) => kind === 'email')
      ? ['This installation sends no mail: no SMTP_URL is set. Channels by email reach nobody.']
      : []),
  ];
  return notes.map((note) => (
    <p key={note} role="note" className="rounded-sm bg-warn-soft px-3 py-2 text-xs text-warn">
      {note}
    </p>
  ));
}
