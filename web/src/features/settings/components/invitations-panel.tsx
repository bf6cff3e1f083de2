import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreatedInvitation, Invitation } from '@tokengrip/core/contract/teams';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useNow } from '../../../lib/now.ts';
import { invitationsQuery, resendInvitation, revokeInvitation } from '../api/members.ts';
import { InvitationLink } from './invite-dialog.tsx';

/** Those that nobody has accepted yet; nothing where there are none. */
export function InvitationsPanel() {
  const { data } = useQuery(invitationsQuery);
  const [created, setCreated] = useState<CreatedInvitation>();
  if (!data || data.invitations.length === 0) return null;
  return (
    <Panel aria-label="Invitations">
      <PanelHeader title="Invitations" description="Sent, and not accepted yet." className="py-3" />
      <ul>
        {data.invitations.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} onResent={setCreated} />
        ))}
      </ul>
      <Dialog open={created !== undefined} onOpenChange={() => setCreated(undefined)} title="A new link">
        {created && <InvitationLink created={created} onDone={() => setCreated(undefined)} />}
      </Dialog>
    </Panel>
  );
}

interface InvitationRowProps {
  invitation: Invitation;
  onResent: (created: CreatedInvitation) => void;
}

function InvitationRow({ invitation, onResent }: InvitationRowProps) {
  const timeZone = useTimeZone();
  const client = useQueryClient();
  const settle = {
    onError: (error: Error) => toast(error.message, 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  };
  const resend = useMutation({ mutationFn: resendInvitation, onSuccess: onResent, ...settle });
  const revoke = useMutation({ mutationFn: revokeInvitation, ...settle });
  const expired = Date.parse(invitation.expiresAt) <= useNow();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 text-sm text-ink">
          <span className="truncate">{invitation.email}</span>
          <Badge>{invitation.role}</Badge>
          {expired && <Badge tone="warn">expired</Badge>}
        </p>
        <p className="mt-0.5 text-xs text-subtle">
          invited <RelativeTime instant={invitation.createdAt} timeZone={timeZone} />
          {invitation.invitedBy !== null && ` by ${invitation.invitedBy}`}
        </p>
      </div>
      <Button size="sm" variant="ghost" loading={resend.isPending} onClick={() => resend.mutate(invitation.id)}>
        New link
      </Button>
      <Button
        size="sm"
        variant="ghost"
        aria-label={`Withdraw the invitation of ${invitation.email}`}
        loading={revoke.isPending}
        onClick={() => revoke.mutate(invitation.id)}
      >
        Withdraw
      </Button>
    </li>
  );
}
