import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { SessionInfo } from '@tokengrip/core/contract/auth';
import { Monitor, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { noteSession } from '../../../lib/session.ts';
import { endAllSessions, endSession, sessionsQuery } from '../api/sessions.ts';
import { readUserAgent } from '../user-agent.ts';

export function SessionsPanel() {
  const sessions = useQuery(sessionsQuery);
  return (
    <Panel aria-label="Sessions">
      <PanelHeader
        title="Sessions"
        description="Where you are logged in. A session ends by itself 30 days after it began."
        actions={<EndAll />}
        className="py-3"
      />
      {sessions.data ? (
        <ul>
          {sessions.data.sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : sessions.isError ? (
        <ErrorState error={sessions.error} what="Sessions" onRetry={() => void sessions.refetch()} />
      ) : (
        <div className="border-t border-line p-4">
          <Skeleton className="h-8" />
        </div>
      )}
    </Panel>
  );
}

function SessionRow({ session }: { session: SessionInfo }) {
  const timeZone = useTimeZone();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: endSession,
    onError: (error) => toast(error.message, 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const { name, handheld } = readUserAgent(session.userAgent);
  const Icon = handheld ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 border-t border-line px-4 py-3">
      <Icon size={16} className="shrink-0 text-subtle" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 text-sm text-ink" title={session.userAgent ?? undefined}>
          <span className="truncate">{name}</span>
          {session.current && <Badge tone="accent">This one</Badge>}
        </p>
        <p className="mt-0.5 text-xs text-subtle">
          {session.address !== null && <span className="font-mono">{session.address}</span>}
          {session.address !== null && ' · '}
          {session.current ? (
            'in use'
          ) : (
            <>
              used <RelativeTime instant={session.lastUsedAt} timeZone={timeZone} />
            </>
          )}
          <span className="max-sm:hidden">
            {' · '}begun <RelativeTime instant={session.createdAt} timeZone={timeZone} />
          </span>
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          variant="ghost"
          aria-label={`End the session of ${name}`}
          loading={end.isPending}
          onClick={() => end.mutate(session.id)}
        >
          End
        </Button>
      )}
    </li>
  );
}

function EndAll() {
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const end = useMutation({
    mutationFn: endAllSessions,
    onSuccess: async () => {
      noteSession(false);
      await navigate({ to: '/login' });
      client.clear();
    },
  });
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Log out everywhere
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Log out everywhere?"
        consequence="All your sessions end at once, this one too. Programs that send usage with a key go on."
        action="Log out everywhere"
        pending={end.isPending}
        error={end.error?.message}
        onConfirm={() => end.mutate()}
      />
    </>
  );
}
