import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { meQuery, useMe } from '../../../lib/api/me.ts';
import { membersQuery, removeMember } from '../api/members.ts';
import { deleteOrganization, transferOrganization } from '../api/organization.ts';
import { TypeNameDialog } from './type-name-dialog.tsx';

/** Ways out: leaving, handing it over, deleting it. */
export function LeavePanel() {
  const { permissions, organization, user } = useMe();
  const [open, setOpen] = useState<'leave' | 'transfer' | 'delete'>();
  const close = () => setOpen(undefined);
  // Which organization is current, if any, is for the server to say: the whole page begins anew.
  const startOver = () => window.location.assign('/');
  const leave = useMutation({ mutationFn: () => removeMember(user.id), onSuccess: startOver });
  const remove = useMutation({ mutationFn: deleteOrganization, onSuccess: startOver });
  return (
    <Panel aria-label="Leave or delete">
      <PanelHeader title="Leave, transfer or delete" className="py-3" />
      <Row text="You see nothing of it any more. An owner can leave when there is another one.">
        <Button size="sm" onClick={() => setOpen('leave')}>
          Leave
        </Button>
      </Row>
      {permissions.includes('organization.transfer') && (
        <Row text="Another member becomes its owner, and you an admin.">
          <Button size="sm" onClick={() => setOpen('transfer')}>
            Transfer
          </Button>
        </Row>
      )}
      {permissions.includes('organization.delete') && (
        <Row text="With all projects, keys, records, figures, exports and settings, for good.">
          <Button size="sm" variant="danger" onClick={() => setOpen('delete')}>
            Delete organization
          </Button>
        </Row>
      )}
      <ConfirmDialog
        open={open === 'leave'}
        onOpenChange={close}
        title={`Leave ${organization.name}?`}
        consequence="You need an invitation to come back. If you belong to no other organization, your account is deleted."
        action="Leave"
        pending={leave.isPending}
        error={leave.error?.message}
        onConfirm={() => leave.mutate()}
      />
      <Dialog
        open={open === 'transfer'}
        onOpenChange={close}
        title={`Transfer ${organization.name}`}
        description="The new owner decides about the plan, the other owners and the deletion."
      >
        <TransferForm onDone={close} />
      </Dialog>
      <TypeNameDialog
        open={open === 'delete'}
        onOpenChange={close}
        title={`Delete ${organization.name}?`}
        consequence="Keys stop working at once, and everything in it is deleted within minutes. People who belong to no other organization lose their accounts. It cannot be undone."
        name={organization.name}
        action="Delete organization"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate({ name: organization.name })}
      />
    </Panel>
  );
}

const Row = ({ text, children }: { text: string; children: ReactNode }) => (
  <div className="flex items-center justify-between gap-6 border-t border-line px-4 py-3">
    <p className="text-sm text-muted">{text}</p>
    <div className="shrink-0">{children}</div>
  </div>
);

function TransferForm({ onDone }: { onDone: () => void }) {
  const { user } = useMe();
  const client = useQueryClient();
  const members = useQuery(membersQuery);
  const others = (members.data?.members ?? []).filter(({ userId }) => userId !== user.id);
  const [chosen, setChosen] = useState<string>();
  const to = chosen ?? String(others[0]?.userId ?? '');
  const transfer = useMutation({
    mutationFn: transferOrganization,
    onSuccess: async (me) => {
      client.setQueryData(meQuery.queryKey, me);
      await client.invalidateQueries({ queryKey: membersQuery.queryKey });
      onDone();
    },
  });
  return (
    <form
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        transfer.mutate({ userId: Number(to) });
      }}
    >
      <FormError>{transfer.error?.message}</FormError>
      {members.data && others.length === 0 ? (
        <p className="text-sm text-muted">There is nobody to transfer it to yet: invite somebody first.</p>
      ) : (
        <SelectField
          label="New owner"
          value={to}
          options={others.map(({ userId, name, email }) => ({ value: String(userId), label: `${name} (${email})` }))}
          onChange={(event) => setChosen(event.target.value)}
        />
      )}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="danger" disabled={to === ''} loading={transfer.isPending}>
          Transfer
        </Button>
      </DialogActions>
    </form>
  );
}
