import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { InvitationOffer } from '@tokengrip/core/contract/teams';
import { useForm } from 'react-hook-form';
import { NEW_PASSWORD_HINT, newPasswordRules } from '../../../components/forms/account-rules.ts';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { OpenIdButton } from '../../../components/openid-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { sentence } from '../../../lib/sentence.ts';
import { useTitle } from '../../../lib/title.ts';
import { acceptInvitation, invitationQuery } from '../api/invitation.ts';
import { useEnter } from '../use-enter.ts';
import { useLinkToken } from '../use-link-token.ts';
import { AuthFrame } from './auth-frame.tsx';
import { BrokenLink } from './broken-link.tsx';

interface Form {
  name: string;
  password: string;
}

export function InvitationPage() {
  useTitle('Invitation');
  const token = useLinkToken();
  return token === undefined ? <BrokenLink /> : <Offer token={token} />;
}

function Offer({ token }: { token: string }) {
  const offer = useQuery(invitationQuery(token));
  const me = useQuery({ ...meQuery, enabled: offer.data?.hasAccount === true, retry: false });
  const loggedIn = me.data !== undefined && me.data.user.email === offer.data?.email;
  if (offer.isError) return <BrokenLink why={sentence(offer.error.message)} />;
  if (!offer.data) return <AuthFrame title="Invitation" description={<Skeleton className="h-9 w-64" />} />;
  return (
    <AuthFrame
      title={`Join ${offer.data.organizationName}`}
      description={
        <>
          You are invited as {offer.data.role}, with the address{' '}
          <span className="font-medium text-ink">{offer.data.email}</span>.
        </>
      }
      footer={<Link to="/login">Go to log in</Link>}
    >
      <AcceptForm token={token} offer={offer.data} loggedIn={loggedIn} />
      {!loggedIn && <OpenIdButton label="Join with" start={{ invitation: token }} />}
    </AuthFrame>
  );
}

function AcceptForm({ token, offer, loggedIn }: { token: string; offer: InvitationOffer; loggedIn: boolean }) {
  const enter = useEnter();
  const navigate = useNavigate();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { name: '', password: '' } });
  const { problem, show, clear } = useProblem<Form>(['name', 'password'], setError);
  const accept = useMutation({
    mutationFn: acceptInvitation,
    onMutate: clear,
    onError: show,
    // An account may be asked for a code as well: the log-in does that.
    onSuccess: ({ me: entered }) => (entered ? enter(entered) : void navigate({ to: '/login' })),
  });
  const submit = ({ name, password }: Form) =>
    accept.mutate({
      token,
      ...(loggedIn ? {} : { password }),
      ...(offer.hasAccount ? {} : { name }),
    });
  const { errors } = formState;
  return (
    <form noValidate onSubmit={(event) => void handleSubmit(submit)(event)} className="flex flex-col gap-4">
      <FormError>{problem}</FormError>
      <input type="email" autoComplete="username" value={offer.email} readOnly hidden />
      {!offer.hasAccount && (
        <Field
          label="Name"
          autoComplete="name"
          error={errors.name?.message}
          {...register('name', { validate: (name) => name.trim() !== '' || 'Enter your name.' })}
        />
      )}
      {!loggedIn && (
        <Field
          label={offer.hasAccount ? 'Password of your account' : 'Password'}
          type="password"
          autoComplete={offer.hasAccount ? 'current-password' : 'new-password'}
          {...(offer.hasAccount ? {} : { hint: NEW_PASSWORD_HINT })}
          error={errors.password?.message}
          {...register('password', offer.hasAccount ? { required: 'Enter your password.' } : newPasswordRules)}
        />
      )}
      <Button type="submit" variant="primary" size="lg" loading={accept.isPending} className="mt-1 w-full">
        Accept the invitation
      </Button>
    </form>
  );
}
