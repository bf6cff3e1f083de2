import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { PasswordProofForm } from '../../../components/forms/password-proof-form.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { accountQuery } from '../api/account.ts';
import { beginTwoFactor } from '../api/two-factor.ts';
import { RecoveryCodeList } from './recovery-code-list.tsx';
import { TwoFactorScan } from './two-factor-scan.tsx';

/** Three steps: the password, the authenticator with its first code, the recovery codes. */
export function TwoFactorOnDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [codes, setCodes] = useState<readonly string[]>();
  const begin = useMutation({ mutationFn: beginTwoFactor });
  if (codes) {
    return (
      <Dialog open onOpenChange={onClose} title="Two-factor authentication is on">
        <RecoveryCodeList codes={codes} onDone={onClose} />
      </Dialog>
    );
  }
  if (begin.data) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title="Add Tokengrip to your authenticator"
        description="Scan this with an authenticator app, or type the key, and enter the six digits that the app then shows."
        className="top-[8vh]"
      >
        <TwoFactorScan
          setup={begin.data}
          onConfirmed={(confirmed) => {
            setCodes(confirmed);
            void client.invalidateQueries({ queryKey: accountQuery.queryKey });
          }}
          onCancel={onClose}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Turn two-factor authentication on"
      description="You need an app on your phone that makes codes, such as Google Authenticator, Aegis, 1Password or Bitwarden."
    >
      <PasswordProofForm action="Continue" pending={begin.isPending} onSubmit={begin.mutateAsync} onCancel={onClose} />
    </Dialog>
  );
}
