import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PasswordProofForm } from '../../../components/forms/password-proof-form.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { accountQuery } from '../api/account.ts';
import { endTwoFactor } from '../api/two-factor.ts';

export function TwoFactorOffDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: endTwoFactor,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accountQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Turn two-factor authentication off?"
      description="Your password alone will be enough to log in. The authenticator’s entry and the recovery codes stop working."
    >
      <PasswordProofForm
        action="Turn off"
        variant="danger"
        pending={end.isPending}
        onSubmit={end.mutateAsync}
        onCancel={onClose}
      />
    </Dialog>
  );
}
