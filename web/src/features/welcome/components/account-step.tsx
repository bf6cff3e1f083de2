import { useMutation } from '@tanstack/react-query';
import type { Me } from '@tokengrip/core/contract/accounts';
import { useForm } from 'react-hook-form';
import { CookieNotice } from '../../../components/cookie-notice.tsx';
import { AccountFields, type NewAccount } from '../../../components/forms/account-fields.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { OpenIdButton } from '../../../components/openid-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { setUp } from '../api/set-up.ts';

/** The organization's days begin where its owner is. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

export function AccountStep({ onCreated }: { onCreated: (me: Me) => void }) {
  const form = useForm<NewAccount>({ defaultValues: { name: '', email: '', password: '' } });
  const { problem, show, clear } = useProblem<NewAccount>(['name', 'email', 'password'], form.setError);
  const setup = useMutation({ mutationFn: setUp, onMutate: clear, onError: show, onSuccess: onCreated });
  return (
    <div className="max-w-84">
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((values) => setup.mutate({ ...values, timeZone }))(event)}
        className="mt-4 flex flex-col gap-4"
      >
        <CookieNotice />
        <FormError>{problem}</FormError>
        <AccountFields form={form} />
        <Button type="submit" variant="primary" size="lg" loading={setup.isPending} className="mt-1">
          Create account
        </Button>
      </form>
      <OpenIdButton label="Continue with" start={{ redirect: '/welcome' }} />
    </div>
  );
}
