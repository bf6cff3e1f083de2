import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTitle } from '../../../lib/title.ts';
import { useEnter } from '../use-enter.ts';
import { CodeStep } from './code-step.tsx';
import { PasswordStep } from './password-step.tsx';

/** Logging in, in one step or two. */
export function LoginPage() {
  useTitle('Log in');
  const { redirect } = useSearch({ from: '/login' });
  const enter = useEnter();
  const [challenge, setChallenge] = useState<string>();
  /** Why the first step is there again. */
  const [notice, setNotice] = useState<string>();
  if (challenge === undefined) {
    return <PasswordStep notice={notice} onCodeNeeded={setChallenge} onDone={(me) => enter(me, redirect)} />;
  }
  return (
    <CodeStep
      challenge={challenge}
      onDone={(me) => enter(me, redirect)}
      onAgain={(why) => {
        setNotice(why);
        setChallenge(undefined);
      }}
    />
  );
}
