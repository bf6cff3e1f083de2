import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { KINDS } from '../../../lib/alert-words.ts';
import { channelsQuery } from '../../../lib/api/channels.ts';
import { useMay } from '../../../lib/api/me.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { alertSettingsQuery } from '../api/settings.ts';
import { KindRow } from './kind-row.tsx';

/** Which kinds of alerts there are for this organization, from when on, and who is told. */
export function KindSettings() {
  const settings = useQuery(alertSettingsQuery);
  const channels = useQuery(channelsQuery);
  const mayManage = useMay('alerts.manage');
  const toChannels = (
    <Link
      to="/channels"
      search={(search) => readAppSearch({ ...search })}
      className="rounded-xs text-xs text-accent hover:underline"
    >
      {channels.data?.channels.length === 0 ? 'Make a channel first' : 'All channels'}
    </Link>
  );
  return (
    <>
      <Panel aria-label="What is told">
        <PanelHeader
          title="What is told, and to whom"
          description="What is switched on is in the inbox, and is sent by the channels that are chosen."
          actions={toChannels}
          className="py-3"
        />
        {settings.isError && !settings.data ? (
          <ErrorState error={settings.error} what="The settings" onRetry={() => void settings.refetch()} />
        ) : (
          <ul>
            {settings.data
              ? settings.data.settings.map((setting) => (
                  <KindRow key={setting.kind} setting={setting} channels={channels.data} mayManage={mayManage} />
                ))
              : KINDS.map((kind) => (
                  <li key={kind} className="border-t border-line px-4 py-4">
                    <Skeleton className="h-10" />
                  </li>
                ))}
          </ul>
        )}
      </Panel>
      {!mayManage && <p className="text-xs text-subtle">Owners and admins say what is told, and to whom.</p>}
    </>
  );
}
