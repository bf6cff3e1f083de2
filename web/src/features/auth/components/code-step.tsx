import { useMutation } from '@tanstack/react-query';
import type { Me } from '@tokengrip/core/contract/accounts';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { HttpError } from '../../../lib/http.ts';
import { logInByCode } from '../api/log-in.ts';
import { AuthFrame } from './auth-frame.tsx';

export interface CodeStepProps {
  challenge: string;
  onDone: (me: Me) => void;
  /** The first step is to be done again, and why, if it is not the person's own wish. */
  onAgain: (why?: string) => void;
}

interface Form {
  code: string;
}

/** The second step of a log-in. */
export function CodeStep({ challenge, onDone, onAgain }: CodeStepProps) {
  const [recovery, setRecovery] = useState(false);
  return (
    <AuthFrame
      title={recovery ? 'Use a recovery code' : 'Enter your code'}
      description={
        recovery
          ? 'One of the codes that you kept when you turned two-factor authentication on. Each works once.'
          : 'Open your authenticator app and enter the six digits that it shows for Tokengrip.'
      }
      footer={
        <>
          <button type="button" className="text-accent hover:underline" onClick={() => setRecovery(!recovery)}>
            {recovery ? 'Use the authenticator' : 'Use a recovery code'}
          </button>
          <button type="button" className="text-accent hover:underline" onClick={() => onAgain()}>
            Start again
          </button>
        </>
      }
    >
      <CodeForm key={String(recovery)} recovery={recovery} challenge={challenge} onDone={onDone} onAgain={onAgain} />
    </AuthFrame>
  );
}

function CodeForm({ recovery, challenge, onDone, onAgain }: CodeStepProps & { recovery: boolean }) {
  const { register, handleSubmit, setError, setFocus, resetField, formState } = useForm<Form>({
    defaultValues: { code: '' },
  });
  const { problem, show, clear } = useProblem<Form>(['code'], setError);
  const login = useMutation({
    mutationFn: logInByCode,
    onMutate: clear,
    onSuccess: onDone,
    onError: (error) => {
      if (error instanceof HttpError && error.code === 'unauthenticated') {
        onAgain(error.message);
        return;
      }
      show(error);
      resetField('code');
      setFocus('code');
    },
  });
  // A person who gets here came to type exactly this.
  useEffect(() => setFocus('code'), [setFocus]);
  return (
    <form
      noValidate
      onSubmit={(event) => void handleSubmit(({ code }) => login.mutate({ challenge, code }))(event)}
      className="flex flex-col gap-4"
    >
      <FormError>{problem}</FormError>
      <Field
        label={recovery ? 'Recovery code' : 'Code'}
        autoComplete="one-time-code"
        spellCheck={false}
        error={formState.errors.code?.message}
        {...(recovery
          ? { placeholder: 'xxxx-xxxx-xxxx-xxxx' }
          : { inputMode: 'numeric', placeholder: '123 456', maxLength: 7 })}
        {...register('code', { required: recovery ? 'Enter a recovery code.' : 'Enter the six digits.' })}
      />
      <Button type="submit" variant="primary" size="lg" loading={login.isPending} className="mt-1 w-full">
        Log in
      </Button>
    </form>
  );
}
