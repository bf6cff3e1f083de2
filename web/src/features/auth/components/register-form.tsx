import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { CookieNotice } from '../../../components/cookie-notice.tsx';
import { emailRules, NEW_PASSWORD_HINT, newPasswordRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { registerAccount } from '../api/register.ts';
import { useEnter } from '../use-enter.ts';

/** The organization's days begin where its owner is. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

interface Form {
  name: string;
  email: string;
  password: string;
}

/** @param props.token of the mail's link, which says which address it is; without it the address is asked for */
export function RegisterForm({ token }: { token: string | undefined }) {
  const enter = useEnter();
  const { register, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: { name: '', email: '', password: '' },
  });
  const { problem, show, clear } = useProblem<Form>(['name', 'email', 'password'], setError);
  const create = useMutation({
    mutationFn: registerAccount,
    onMutate: clear,
    onError: show,
    onSuccess: (me) => enter(me, '/welcome'),
  });
  const submit = ({ name, email, password }: Form) =>
    create.mutate({ name, password, timeZone, ...(token === undefined ? { email } : { token }) });
  const { errors } = formState;
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(submit)(event)} className="flex flex-col gap-4">
      <CookieNotice />
      <FormError>{problem}</FormError>
      <Field
        label="Name"
        autoComplete="name"
        error={errors.name?.message}
        {...register('name', { required: 'Enter your name.' })}
      />
      {token === undefined && (
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          error={errors.email?.message}
          {...register('email', emailRules)}
        />
      )}
      <Field
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={NEW_PASSWORD_HINT}
        error={errors.password?.message}
        {...register('password', newPasswordRules)}
      />
      <Button type="submit" variant="primary" size="lg" loading={create.isPending} className="mt-1 w-full">
        Create account
      </Button>
    </form>
  );
}
