import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { NEW_PASSWORD_HINT, newPasswordRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button, buttonClass } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { cn } from '../../../lib/cn.ts';
import { noteSession } from '../../../lib/session.ts';
import { useTitle } from '../../../lib/title.ts';
import { resetPassword } from '../api/recover.ts';
import { useLinkToken } from '../use-link-token.ts';
import { AuthFrame } from './auth-frame.tsx';
import { BrokenLink } from './broken-link.tsx';

interface Form {
  password: string;
}

export function ResetPage() {
  useTitle('Choose a new password');
  const token = useLinkToken();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { password: '' } });
  const { problem, show, clear } = useProblem<Form>(['password'], setError);
  const reset = useMutation({
    mutationFn: resetPassword,
    onMutate: clear,
    onError: show,
    onSuccess: () => noteSession(false),
  });
  if (token === undefined) return <BrokenLink />;
  if (reset.isSuccess) {
    return (
      <AuthFrame title="Your password is changed" description="All sessions of the account have been ended.">
        <Link to="/login" className={cn(buttonClass({ variant: 'primary', size: 'lg' }), 'w-full')}>
          Log in
        </Link>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Choose a new password" description="All sessions of the account will be ended.">
      <form
        noValidate
        onSubmit={(event) => void handleSubmit(({ password }) => reset.mutate({ token, password }))(event)}
        className="flex flex-col gap-4"
      >
        <FormError>{problem}</FormError>
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          hint={NEW_PASSWORD_HINT}
          error={formState.errors.password?.message}
          {...register('password', newPasswordRules)}
        />
        <Button type="submit" variant="primary" size="lg" loading={reset.isPending} className="mt-1 w-full">
          Change password
        </Button>
      </form>
    </AuthFrame>
  );
}
