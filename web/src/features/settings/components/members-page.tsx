import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Role } from '@tokengrip/core/contract/accounts';
import type { Member } from '@tokengrip/core/contract/teams';
import { UserMinus, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { InlineSelect } from '../../../components/ui/inline-select.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { meQuery, useMe, useTimeZone } from '../../../lib/api/me.ts';
import { useTitle } from '../../../lib/title.ts';
import { changeRole, membersQuery, removeMember } from '../api/members.ts';
import { ROLE_OPTIONS, rolesUpTo } from '../roles.ts';
import { InvitationsPanel } from './invitations-panel.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { ResetPassword } from './reset-link-dialog.tsx';
import { SettingsPage } from './settings-page.tsx';

export function MembersPage() {
  useTitle('Members');
  const { permissions } = useMe();
  const [inviting, setInviting] = useState(false);
  const members = useQuery(membersQuery);
  const manages = permissions.includes('members.manage');
  return (
    <SettingsPage
      title="Members"
      actions={
        manages && (
          <Button icon={<UserPlus size={14} aria-hidden />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      <Panel aria-label="Members">
        <PanelHeader
          title="Members"
          description="Owners own the organization; admins manage it; members create keys; viewers look."
          className="py-3"
        />
        {members.isError && !members.data ? (
          <ErrorState error={members.error} what="Members" onRetry={() => void members.refetch()} />
        ) : (
          <div className="pb-1.5">
            <Table>
              <thead>
                <tr>
                  <Th className="w-1/2">Name</Th>
                  <Th>Role</Th>
                  <Th className="max-sm:hidden">Joined</Th>
                  <Th>
                    <span className="sr-only">Actions</span>
                  </Th>
                </tr>
              </thead>
              <tbody>
                {members.data ? (
                  members.data.members.map((member) => (
                    <MemberRow key={member.userId} member={member} manages={manages} />
                  ))
                ) : (
                  <SkeletonRows rows={3} columns={4} />
                )}
              </tbody>
            </Table>
          </div>
        )}
      </Panel>
      {manages && <InvitationsPanel />}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </SettingsPage>
  );
}

function MemberRow({ member, manages }: { member: Member; manages: boolean }) {
  const me = useMe();
  const timeZone = useTimeZone();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: changeRole,
    onError: (error) => toast(error.message, 'bad'),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: membersQuery.queryKey });
      if (member.userId === me.user.id) await client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const roles = rolesUpTo(me.role);
  const mayChange = manages && roles.some((role) => role === member.role);
  // An owner resets everybody's, an admin those of members and viewers; one's own is changed on the account's page.
  const mayReset =
    manages && member.userId !== me.user.id && (me.role === 'owner' || !['owner', 'admin'].includes(member.role));
  const shown = change.isPending ? change.variables.role : member.role;
  return (
    <tr className="border-t border-line">
      <Td className="max-w-0 min-w-24 py-2">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate">{member.name}</span>
          {member.userId === me.user.id && <Badge tone="accent">You</Badge>}
        </p>
        <p className="truncate text-xs text-subtle">
          {member.email}
          {member.twoFactor && ' · second factor'}
        </p>
      </Td>
      <Td>
        {mayChange ? (
          <InlineSelect
            aria-label={`Role of ${member.name}`}
            value={shown}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ userId: member.userId, role: event.target.value as Role })}
          >
            {ROLE_OPTIONS.filter(({ value }) => roles.includes(value)).map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </InlineSelect>
        ) : (
          ROLE_OPTIONS.find(({ value }) => value === member.role)?.label
        )}
      </Td>
      <Td className="text-muted max-sm:hidden">
        <RelativeTime instant={member.joinedAt} timeZone={timeZone} />
      </Td>
      <Td className="text-right">
        <span className="inline-flex gap-1">
          {mayReset && <ResetPassword member={member} />}
          {mayChange && member.userId !== me.user.id && <RemoveMember member={member} />}
        </span>
      </Td>
    </tr>
  );
}

function RemoveMember({ member }: { member: Member }) {
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: removeMember,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: membersQuery.queryKey });
      setOpen(false);
    },
  });
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        aria-label={`Remove ${member.name}`}
        icon={<UserMinus size={14} className="sm:hidden" aria-hidden />}
        onClick={() => setOpen(true)}
        className="max-sm:px-2"
      >
        <span className="max-sm:sr-only">Remove</span>
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Remove ${member.name}?`}
        consequence="They see nothing of this organization any more, and their personal tokens end. Keys that they created go on. If they belong to no other organization, their account is deleted."
        action="Remove member"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate(member.userId)}
      />
    </>
  );
}
