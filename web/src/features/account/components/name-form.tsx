import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AccountChange } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
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
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((values) => change.mutate(values))(event)}
    >
      <FormError>{problem}</FormError>
      <Field
        label="Name"
        autoComplete="name"
        error={formState.errors.name?.message}
        {...register('name', { validate: (text) => text.trim() !== '' || 'Enter your name.' })}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={change.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
