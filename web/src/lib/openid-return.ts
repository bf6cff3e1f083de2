import type { OpenIdProblem } from '@tokengrip/core/contract/auth';
import { useEffect, useState } from 'react';

/** What somebody is told who comes back from single sign-on. */
export interface OpenIdReturn {
  /** It went well. */
  done?: 'entered' | 'linked';
  /** A code of the authenticator is wanted. */
  challenge?: string;
  redirect?: string;
  /** Why not, in words. */
  problem?: string;
}

const WORDS: Record<OpenIdProblem, string> = {
  cancelled: 'The log-in was cancelled.',
  provider_failed: 'Your provider did not confirm who you are. Try again, or log in with your password.',
  expired: 'That took too long, or was begun in another window. Try again.',
  email_unverified: 'Your provider has not verified your email address, so it is not known whose account is yours.',
  domain_not_allowed: 'Addresses of your domain may not log in here.',
  confirm_first:
    'There is an account with your address, which was never confirmed here. Log in with its password, and link single sign-on on your account page.',
  linked_elsewhere:
    'Single sign-on opens another account already. Log in with your password to see how yours is linked, or ask an administrator.',
  other_address: 'The invitation is for another address than the one your provider has for you.',
  invitation_over: 'This invitation does not work any more. Ask for a new one.',
  no_account: 'You have no account here yet. Ask an owner or admin of your organization to invite you.',
  rate_limited: 'Too many attempts. Wait a minute and try again.',
  failed: 'That did not work. Try again in a moment.',
};

function read(): OpenIdReturn {
  const told = new URLSearchParams(window.location.hash.slice(1));
  const [done, challenge, redirect, problem] = ['openid', 'challenge', 'redirect', 'problem'].map(
    (name) => told.get(name) ?? undefined,
  );
  return {
    ...(done === 'entered' || done === 'linked' ? { done } : {}),
    ...(challenge === undefined ? {} : { challenge }),
    ...(redirect === undefined ? {} : { redirect }),
    ...(problem === undefined ? {} : { problem: WORDS[problem as OpenIdProblem] ?? WORDS.failed }),
  };
}

/** Stands behind `#`, and is taken out of the address at once, so that it stays in no history. */
export function useOpenIdReturn(): OpenIdReturn {
  const [told] = useState(read);
  useEffect(() => {
    if (Object.keys(told).length === 0) return;
    const { pathname, search } = window.location;
    window.history.replaceState(window.history.state, '', pathname + search);
  }, [told]);
  return told;
}
