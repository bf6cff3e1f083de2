import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Me } from '@tokengrip/core/contract/accounts';
import type { LoginRequest } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { CookieNotice } from '../../../components/cookie-notice.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { OpenIdButton } from '../../../components/openid-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { statusQuery } from '../../../lib/api/status.ts';
import { logIn } from '../api/log-in.ts';
import { AuthFrame } from './auth-frame.tsx';

export interface PasswordStepProps {
  notice: string | undefined;
  /** Where to go then. */
  redirect: string | undefined;
  onCodeNeeded: (challenge: string) => void;
  onDone: (me: Me) => void;
}

export function PasswordStep({ notice, redirect, onCodeNeeded, onDone }: PasswordStepProps) {
  const { data: status } = useQuery(statusQuery);
  const { register, handleSubmit, setError, formState } = useForm<LoginRequest>({
    defaultValues: { email: '', password: '' },
  });
  const { problem, show, clear } = useProblem<LoginRequest>(['email', 'password'], setError);
  const login = useMutation({
    mutationFn: logIn,
    onMutate: clear,
    onError: show,
    onSuccess: (reply) => ('challenge' in reply ? onCodeNeeded(reply.challenge) : onDone(reply)),
  });
  return (
    <AuthFrame
      title="Log in to Tokengrip"
      footer={
        <>
          <Link to="/forgot-password">Forgot your password?</Link>
          {status?.openRegistration && <Link to="/register">Create an account</Link>}
        </>
      }
    >
      <form
        noValidate
        onSubmit={(event) => void handleSubmit((values) => login.mutate(values))(event)}
        className="flex flex-col gap-4"
      >
        <CookieNotice />
        <FormError>{problem ?? (login.isPending ? undefined : notice)}</FormError>
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
      <OpenIdButton label="Log in with" start={redirect === undefined ? {} : { redirect }} />
    </AuthFrame>
  );
}
