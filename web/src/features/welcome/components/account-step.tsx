import { useMutation } from '@tanstack/react-query';
import type { Me, SetupRequest } from '@tokengrip/core/contract/accounts';
import { useForm } from 'react-hook-form';
import { CookieNotice } from '../../../components/cookie-notice.tsx';
import { emailRules, NEW_PASSWORD_HINT, newPasswordRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { OpenIdButton } from '../../../components/openid-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { setUp } from '../api/set-up.ts';

/** The organization's days begin where its owner is. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

export function AccountStep({ onCreated }: { onCreated: (me: Me) => void }) {
  const { register, handleSubmit, setError, formState } = useForm<SetupRequest>({
    defaultValues: { name: '', email: '', password: '' },
  });
  const { problem, show, clear } = useProblem<SetupRequest>(['name', 'email', 'password'], setError);
  const setup = useMutation({ mutationFn: setUp, onMutate: clear, onError: show, onSuccess: onCreated });
  const { errors } = formState;
  return (
    <div className="max-w-84">
      <form
        noValidate
        onSubmit={(event) => void handleSubmit((values) => setup.mutate({ ...values, timeZone }))(event)}
        className="mt-4 flex flex-col gap-4"
      >
        <CookieNotice />
        <FormError>{problem}</FormError>
        <Field
          label="Name"
          autoComplete="name"
          error={errors.name?.message}
          {...register('name', { required: 'Enter your name.' })}
        />
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          error={errors.email?.message}
          {...register('email', emailRules)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          hint={NEW_PASSWORD_HINT}
          error={errors.password?.message}
          {...register('password', newPasswordRules)}
        />
        <Button type="submit" variant="primary" size="lg" loading={setup.isPending} className="mt-1">
          Create account
        </Button>
      </form>
      <OpenIdButton label="Continue with" start={{ redirect: '/welcome' }} />
    </div>
  );
}
