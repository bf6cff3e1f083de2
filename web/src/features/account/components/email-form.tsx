import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EmailChange } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { emailRules } from '../../../components/forms/account-rules.ts';
import { DialogForm } from '../../../components/forms/dialog-form.tsx';
import { OwnUsername } from '../../../components/forms/own-username.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Field } from '../../../components/ui/field.tsx';
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
    <DialogForm
      onSubmit={(event) => void handleSubmit((values) => change.mutate(values))(event)}
      onCancel={onDone}
      problem={problem}
      action="Change email"
      pending={change.isPending}
    >
      <OwnUsername />
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
    </DialogForm>
  );
}
