import { useMutation } from '@tanstack/react-query';
import type { Member } from '@tokengrip/core/contract/teams';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { PasswordProofForm } from '../../../components/forms/password-proof-form.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { makeResetLink } from '../api/members.ts';
import { OneTimeLink } from './one-time-link.tsx';

/** For a member who has forgotten their password, where no mail reaches them: a link to hand over. */
export function ResetPassword({ member }: { member: Member }) {
  const [open, setOpen] = useState(false);
  const timeZone = useTimeZone();
  const make = useMutation({ mutationFn: makeResetLink });
  const toggle = (next: boolean) => {
    setOpen(next);
    if (!next) make.reset();
  };
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        square
        aria-label={`Reset the password of ${member.name}`}
        title="Reset the password"
        onClick={() => toggle(true)}
      >
        <KeyRound size={14} aria-hidden />
      </Button>
      <Dialog
        open={open}
        onOpenChange={toggle}
        title={make.data ? 'Link to a new password' : `Reset the password of ${member.name}?`}
        description={
          make.data
            ? undefined
            : 'You get a link to hand over, which works once. Whoever opens it chooses a new password and is logged out everywhere else. Until then the old password works.'
        }
      >
        {make.data ? (
          <OneTimeLink
            path={make.data.path}
            note={`Give it to ${member.name} by a way that you trust: whoever has it has the account. It works once, until ${formatAbsolute(make.data.expiresAt, timeZone)}, and is not shown again.`}
            onDone={() => toggle(false)}
          />
        ) : (
          <PasswordProofForm
            action="Make the link"
            pending={make.isPending}
            onSubmit={(proof) => make.mutateAsync({ userId: member.userId, ...proof })}
            onCancel={() => toggle(false)}
          />
        )}
      </Dialog>
    </>
  );
}
