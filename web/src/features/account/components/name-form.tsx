import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AccountChange } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { DialogForm } from '../../../components/forms/dialog-form.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Field } from '../../../components/ui/field.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { accountQuery, changeAccount } from '../api/account.ts';

export function NameForm({ name, onDone }: { name: string; onDone: () => void }) {
  const client = useQueryClient();
  const { register, handleSubmit, setError, formState } = useForm<AccountChange>({ defaultValues: { name } });
  const { problem, show, clear } = useProblem<AccountChange>(['name'], setError);
  const change = useMutation({
    mutationFn: changeAccount,
    onMutate: clear,
    onError: show,
    onSuccess: async (account) => {
      client.setQueryData(accountQuery.queryKey, account);
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      onDone();
    },
  });
  return (
    <DialogForm
      onSubmit={(event) => void handleSubmit((values) => change.mutate(values))(event)}
      onCancel={onDone}
      problem={problem}
      action="Save"
      pending={change.isPending}
    >
      <Field
        label="Name"
        autoComplete="name"
        error={formState.errors.name?.message}
        {...register('name', { validate: (text) => text.trim() !== '' || 'Enter your name.' })}
      />
    </DialogForm>
  );
}
