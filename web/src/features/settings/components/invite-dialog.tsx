import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Role } from '@tokengrip/core/contract/accounts';
import type { CreatedInvitation } from '@tokengrip/core/contract/teams';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { emailRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { invitationsQuery, invite } from '../api/members.ts';
import { ROLE_OPTIONS, rolesUpTo } from '../roles.ts';
import { OneTimeLink } from './one-time-link.tsx';

interface Form {
  email: string;
  role: Role;
}

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [created, setCreated] = useState<CreatedInvitation>();
  const close = (next: boolean) => {
    onOpenChange(next);
    if (!next) setCreated(undefined);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={created ? 'Invitation created' : 'Invite somebody'}
      description={created ? undefined : 'The link works for seven days, and for this address alone.'}
    >
      {created ? (
        <InvitationLink created={created} onDone={() => close(false)} />
      ) : (
        <InviteForm onCreated={setCreated} onCancel={() => close(false)} />
      )}
    </Dialog>
  );
}

/** The link, and to whom it goes. */
export const InvitationLink = ({ created, onDone }: { created: CreatedInvitation; onDone: () => void }) => (
  <OneTimeLink
    path={created.path}
    note={
      created.mailed
        ? `A mail with the link is on its way to ${created.invitation.email}. The link is not shown again.`
        : `No mail is sent: give the link to ${created.invitation.email} yourself. It is not shown again.`
    }
    onDone={onDone}
  />
);

interface InviteFormProps {
  onCreated: (created: CreatedInvitation) => void;
  onCancel: () => void;
}

function InviteForm({ onCreated, onCancel }: InviteFormProps) {
  const client = useQueryClient();
  const { role } = useMe();
  const { register, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: { email: '', role: 'member' },
  });
  const { problem, show, clear } = useProblem<Form>(['email', 'role'], setError);
  const create = useMutation({
    mutationFn: invite,
    onMutate: clear,
    onError: show,
    onSuccess: async (created) => {
      onCreated(created);
      await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
  });
  const roles = rolesUpTo(role);
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((values) => create.mutate(values))(event)}
    >
      <FormError>{problem}</FormError>
      <Field
        label="Email"
        type="email"
        autoComplete="off"
        error={formState.errors.email?.message}
        {...register('email', emailRules)}
      />
      <SelectField
        label="Role"
        options={ROLE_OPTIONS.filter(({ value }) => roles.includes(value))}
        error={formState.errors.role?.message}
        {...register('role')}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={create.isPending}>
          Create invitation
        </Button>
      </DialogActions>
    </form>
  );
}
