import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { CookieNotice } from '../../../components/cookie-notice.tsx';
import { AccountFields, type NewAccount } from '../../../components/forms/account-fields.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { registerAccount } from '../api/register.ts';
import { useEnter } from '../use-enter.ts';

/** The organization's days begin where its owner is. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

/** @param props.token of the mail's link, which says which address it is; without it the address is asked for */
export function RegisterForm({ token }: { token: string | undefined }) {
  const enter = useEnter();
  const form = useForm<NewAccount>({ defaultValues: { name: '', email: '', password: '' } });
  const { problem, show, clear } = useProblem<NewAccount>(['name', 'email', 'password'], form.setError);
  const create = useMutation({
    mutationFn: registerAccount,
    onMutate: clear,
    onError: show,
    onSuccess: (me) => enter(me, '/welcome'),
  });
  const submit = ({ name, email, password }: NewAccount) =>
    create.mutate({ name, password, timeZone, ...(token === undefined ? { email } : { token }) });
  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit(submit)(event)} className="flex flex-col gap-4">
      <CookieNotice />
      <FormError>{problem}</FormError>
      <AccountFields form={form} withEmail={token === undefined} />
      <Button type="submit" variant="primary" size="lg" loading={create.isPending} className="mt-1 w-full">
        Create account
      </Button>
    </form>
  );
}
