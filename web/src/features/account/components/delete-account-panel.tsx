import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { noteSession } from '../../../lib/session.ts';
import { deleteAccount } from '../api/tokens.ts';

interface Form {
  currentPassword: string;
}

/** The account with everything that says something of the person. */
export function DeleteAccountPanel() {
  const [open, setOpen] = useState(false);
  return (
    <Panel aria-label="Delete account">
      <PanelHeader
        title="Delete account"
        description="With memberships, sessions and tokens. Audit logs keep what you changed, not who you were."
        actions={
          <Button size="sm" variant="danger" onClick={() => setOpen(true)}>
            Delete account
          </Button>
        }
        className="py-3"
      />
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Delete your account?"
        description="It cannot be undone. An organization that you alone own has to be transferred or deleted first."
      >
        <DeleteForm onCancel={() => setOpen(false)} />
      </Dialog>
    </Panel>
  );
}

function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { currentPassword: '' } });
  const { problem, show, clear } = useProblem<Form>(['currentPassword'], setError);
  const remove = useMutation({
    mutationFn: deleteAccount,
    onMutate: clear,
    onError: show,
    onSuccess: async () => {
      noteSession(false);
      await navigate({ to: '/login' });
      client.clear();
    },
  });
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((values) => remove.mutate(values))(event)}
    >
      <FormError>{problem}</FormError>
      <Field
        label="Your password"
        type="password"
        autoComplete="current-password"
        error={formState.errors.currentPassword?.message}
        {...register('currentPassword', { required: 'Enter your password.' })}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="danger" loading={remove.isPending}>
          Delete account
        </Button>
      </DialogActions>
    </form>
  );
}
