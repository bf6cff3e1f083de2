import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PasswordChange } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { NEW_PASSWORD_HINT, newPasswordRules } from '../../../components/forms/account-rules.ts';
import { DialogForm } from '../../../components/forms/dialog-form.tsx';
import { OwnUsername } from '../../../components/forms/own-username.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Field } from '../../../components/ui/field.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { accountQuery, changePassword } from '../api/account.ts';
import { sessionsQuery } from '../api/sessions.ts';

export function PasswordForm({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const { register, handleSubmit, setError, formState } = useForm<PasswordChange>({
    defaultValues: { currentPassword: '', newPassword: '' },
  });
  const { problem, show, clear } = useProblem<PasswordChange>(['currentPassword', 'newPassword'], setError);
  const change = useMutation({
    mutationFn: changePassword,
    onMutate: clear,
    onError: show,
    onSuccess: async () => {
      onDone();
      toast('Your password is changed, and your other sessions are ended.');
      await client.invalidateQueries({ queryKey: accountQuery.queryKey });
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const { errors } = formState;
  return (
    <DialogForm
      onSubmit={(event) => void handleSubmit((values) => change.mutate(values))(event)}
      onCancel={onDone}
      problem={problem}
      action="Change password"
      pending={change.isPending}
    >
      <OwnUsername />
      <Field
        label="Current password"
        type="password"
        autoComplete="current-password"
        error={errors.currentPassword?.message}
        {...register('currentPassword', { required: 'Enter your current password.' })}
      />
      <Field
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={NEW_PASSWORD_HINT}
        error={errors.newPassword?.message}
        {...register('newPassword', newPasswordRules)}
      />
    </DialogForm>
  );
}
