import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import type { LoginRequest } from '@tokengrip/core/contract/accounts';
import { useForm } from 'react-hook-form';
import { CookieNotice } from '../../../components/cookie-notice.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { LogoMark } from '../../../components/ui/logo.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { noteSession } from '../../../lib/session.ts';
import { useTitle } from '../../../lib/title.ts';
import { logIn } from '../api/log-in.ts';

export function LoginPage() {
  useTitle('Log in');
  const { redirect } = useSearch({ from: '/login' });
  const { history } = useRouter();
  const client = useQueryClient();
  const { register, handleSubmit, setError, formState } = useForm<LoginRequest>({
    defaultValues: { email: '', password: '' },
  });
  const { problem, show, clear } = useProblem<LoginRequest>(['email', 'password'], setError);
  const login = useMutation({
    mutationFn: logIn,
    onMutate: clear,
    onError: show,
    onSuccess: (me) => {
      noteSession(true);
      client.setQueryData(meQuery.queryKey, me);
      history.push(redirect ?? '/');
    },
  });
  return (
    <main className="flex min-h-dvh flex-col items-center px-5 pt-[16vh] pb-10">
      <LogoMark size={36} />
      <h1 className="mt-5 text-xl font-semibold tracking-tight">Log in to Tokengrip</h1>
      <form
        noValidate
        onSubmit={(event) => void handleSubmit((values) => login.mutate(values))(event)}
        className="mt-7 flex w-full max-w-84 flex-col gap-4"
      >
        <CookieNotice />
        <FormError>{problem}</FormError>
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          error={formState.errors.email?.message}
          {...register('email', { required: 'Enter your email address.' })}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          error={formState.errors.password?.message}
          {...register('password', { required: 'Enter your password.' })}
        />
        <Button type="submit" variant="primary" size="lg" loading={login.isPending} className="mt-1 w-full">
          Log in
        </Button>
      </form>
    </main>
  );
}
