import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EmailChange } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { emailRules } from '../../../components/forms/account-rules.ts';
import { OwnUsername } from '../../../components/forms/own-username.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { statusQuery } from '../../../lib/api/status.ts';
import { accountQuery, changeEmail } from '../api/account.ts';

export function EmailForm({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const { data: status } = useQuery(statusQuery);
  const { register, handleSubmit, setError, formState } = useForm<EmailChange>({
    defaultValues: { email: '', currentPassword: '' },
  });
  const { problem, show, clear } = useProblem<EmailChange>(['email', 'currentPassword'], setError);
  const change = useMutation({
    mutationFn: changeEmail,
    onMutate: clear,
    onError: show,
    onSuccess: async (account) => {
      client.setQueryData(accountQuery.queryKey, account);
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      onDone();
    },
  });
  const { errors } = formState;
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((values) => change.mutate(values))(event)}
    >
      <OwnUsername />
      <FormError>{problem}</FormError>
      <Field
        label="New email"
        type="email"
        autoComplete="email"
        hint={status?.sendsMail ? 'It counts once you have opened the link that goes there.' : undefined}
        error={errors.email?.message}
        {...register('email', emailRules)}
      />
      <Field
        label="Current password"
        type="password"
        autoComplete="current-password"
        error={errors.currentPassword?.message}
        {...register('currentPassword', { required: 'Enter your current password.' })}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={change.isPending}>
          Change email
        </Button>
      </DialogActions>
    </form>
  );
}
