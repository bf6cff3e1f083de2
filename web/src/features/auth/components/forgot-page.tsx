import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ForgotRequest } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { emailRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { statusQuery } from '../../../lib/api/status.ts';
import { useTitle } from '../../../lib/title.ts';
import { askForReset } from '../api/recover.ts';
import { AuthFrame } from './auth-frame.tsx';
import { MailSent } from './mail-sent.tsx';

const back = <Link to="/login">Back to log in</Link>;

export function ForgotPage() {
  useTitle('Forgot your password?');
  const { sendsMail } = useSuspenseQuery(statusQuery).data;
  const { register, handleSubmit, setError, formState } = useForm<ForgotRequest>({ defaultValues: { email: '' } });
  const { problem, show, clear } = useProblem<ForgotRequest>(['email'], setError);
  const ask = useMutation({ mutationFn: askForReset, onMutate: clear, onError: show });
  if (!sendsMail) {
    return (
      <AuthFrame
        title="Forgot your password?"
        description="This installation sends no mail. An owner or admin of your organization can make a link for you by which you choose a new password."
        footer={back}
      >
        <p className="rounded-md border border-line bg-surface px-3.5 py-3 text-xs text-muted">
          Whoever runs the installation makes one by{' '}
          <code className="font-mono text-ink">tokengrip reset-link you@example.com</code>.
        </p>
      </AuthFrame>
    );
  }
  if (ask.isSuccess) {
    return (
      <MailSent email={ask.variables.email} footer={back}>
        If it belongs to an account, a link for a new password is on its way. It works for 30 minutes.
      </MailSent>
    );
  }
  return (
    <AuthFrame
      title="Forgot your password?"
      description="Enter the address of your account. A link for a new password comes by mail."
      footer={back}
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
          Send the link
        </Button>
      </form>
    </AuthFrame>
  );
}
