import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RegistrationRequest } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { emailRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { OpenIdButton } from '../../../components/openid-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { statusQuery } from '../../../lib/api/status.ts';
import { useTitle } from '../../../lib/title.ts';
import { askForRegistration } from '../api/register.ts';
import { useLinkToken } from '../use-link-token.ts';
import { AuthFrame } from './auth-frame.tsx';
import { MailSent } from './mail-sent.tsx';
import { RegisterForm } from './register-form.tsx';

const haveAccount = (
  <span>
    You have an account? <Link to="/login">Log in</Link>
  </span>
);

/** With mail the address comes first, and the account behind the link of the mail; without, all at once. */
export function RegisterPage() {
  useTitle('Create an account');
  const { openRegistration, sendsMail } = useSuspenseQuery(statusQuery).data;
  const token = useLinkToken();
  if (!openRegistration) {
    return (
      <AuthFrame
        title="Accounts are made by invitation"
        description="Ask an owner or admin of your organization to invite you."
        footer={<Link to="/login">Back to log in</Link>}
      />
    );
  }
  if (sendsMail && token === undefined) return <AddressStep />;
  return (
    <AuthFrame
      title="Create your account"
      description="With it comes an organization of your own."
      footer={haveAccount}
    >
      <RegisterForm token={sendsMail ? token : undefined} />
      {!sendsMail && <OpenIdButton label="Continue with" start={{}} />}
    </AuthFrame>
  );
}

function AddressStep() {
  const { register, handleSubmit, setError, formState } = useForm<RegistrationRequest>({
    defaultValues: { email: '' },
  });
  const { problem, show, clear } = useProblem<RegistrationRequest>(['email'], setError);
  const ask = useMutation({ mutationFn: askForRegistration, onMutate: clear, onError: show });
  if (ask.isSuccess) {
    return (
      <MailSent email={ask.variables.email} footer={haveAccount}>
        A mail says how it goes on. Its link works for 30 minutes.
      </MailSent>
    );
  }
  return (
    <AuthFrame
      title="Create an account"
      description="First your address: a mail with a link shows that it is yours."
      footer={haveAccount}
    >
      <form
        noValidate
        onSubmit={(event) => void handleSubmit((values) => ask.mutate(values))(event)}
        className="flex flex-col gap-4"
      >
        <FormError>{problem}</FormError>
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          error={formState.errors.email?.message}
          {...register('email', emailRules)}
        />
        <Button type="submit" variant="primary" size="lg" loading={ask.isPending} className="mt-1 w-full">
          Continue
        </Button>
      </form>
      <OpenIdButton label="Continue with" start={{}} />
    </AuthFrame>
  );
}
