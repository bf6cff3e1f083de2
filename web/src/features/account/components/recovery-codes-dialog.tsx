import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PasswordProofForm } from '../../../components/forms/password-proof-form.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { accountQuery } from '../api/account.ts';
import { renewRecoveryCodes } from '../api/two-factor.ts';
import { RecoveryCodeList } from './recovery-code-list.tsx';

export function RecoveryCodesDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const renew = useMutation({
    mutationFn: renewRecoveryCodes,
    onSuccess: () => client.invalidateQueries({ queryKey: accountQuery.queryKey }),
  });
  if (renew.data) {
    return (
      <Dialog open onOpenChange={onClose} title="Your new recovery codes">
        <RecoveryCodeList codes={renew.data.recoveryCodes} onDone={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Make new recovery codes"
      description="The ones that you have now stop working."
    >
      <PasswordProofForm
        action="Make new codes"
        pending={renew.isPending}
        onSubmit={renew.mutateAsync}
        onCancel={onClose}
      />
    </Dialog>
  );
}
