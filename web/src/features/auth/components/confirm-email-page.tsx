import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../../../components/ui/button.tsx';
import { cn } from '../../../lib/cn.ts';
import { useTitle } from '../../../lib/title.ts';
import { confirmEmail } from '../api/recover.ts';
import { useLinkToken } from '../use-link-token.ts';
import { AuthFrame } from './auth-frame.tsx';
import { BrokenLink } from './broken-link.tsx';

/** A button, because programs that look into mails open links, and the link works once. */
export function ConfirmEmailPage() {
  useTitle('Confirm your email address');
  const token = useLinkToken();
  const client = useQueryClient();
  const confirm = useMutation({ mutationFn: confirmEmail, onSuccess: () => client.clear() });
  if (token === undefined) return <BrokenLink />;
  if (confirm.isError) return <BrokenLink why={`${confirm.error.message}.`} />;
  if (confirm.isSuccess) {
    return (
      <AuthFrame title="Your address is confirmed" description="You log in with it from now on.">
        <Link to="/" className={cn(buttonClass({ variant: 'primary', size: 'lg' }), 'w-full')}>
          Open Tokengrip
        </Link>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Confirm your email address" description="It becomes the address of your account.">
      <Button
        variant="primary"
        size="lg"
        className="w-full"
        loading={confirm.isPending}
        onClick={() => confirm.mutate({ token })}
      >
        Confirm this address
      </Button>
    </AuthFrame>
  );
}
