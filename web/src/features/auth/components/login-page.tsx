import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { meQuery } from '../../../lib/api/me.ts';
import { useOpenIdReturn } from '../../../lib/openid-return.ts';
import { useTitle } from '../../../lib/title.ts';
import { useEnter } from '../use-enter.ts';
import { AuthFrame } from './auth-frame.tsx';
import { CodeStep } from './code-step.tsx';
import { PasswordStep } from './password-step.tsx';

/** Logging in, in one step or two, or coming back from the provider that has logged somebody in. */
export function LoginPage() {
  useTitle('Log in');
  const search = useSearch({ from: '/login' });
  const told = useOpenIdReturn();
  const redirect = told.redirect ?? search.redirect;
  const enter = useEnter();
  const [challenge, setChallenge] = useState(told.challenge);
  /** Why the first step is there again. */
  const [notice, setNotice] = useState(told.problem);
  const arrival = useQuery({ ...meQuery, enabled: told.done === 'entered', retry: false });
  const arrived = told.done === 'entered' ? arrival.data : undefined;
  useEffect(() => {
    if (arrived) enter(arrived, redirect);
  });
  if (told.done === 'entered' && !arrival.isError) return <AuthFrame title="Logging in" />;
  if (challenge === undefined) {
    return (
      <PasswordStep
        notice={arrival.error?.message ?? notice}
        redirect={redirect}
        onCodeNeeded={setChallenge}
        onDone={(me) => enter(me, redirect)}
      />
    );
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
