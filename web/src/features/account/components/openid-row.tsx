import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Account } from '@tokengrip/core/contract/auth';
import { useState } from 'react';
import { PasswordProofForm } from '../../../components/forms/password-proof-form.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { statusQuery } from '../../../lib/api/status.ts';
import { useOpenIdReturn } from '../../../lib/openid-return.ts';
import { accountQuery } from '../api/account.ts';
import { linkOpenId, unlinkOpenId } from '../api/openid.ts';
import { SettingRow } from './setting-row.tsx';

/** Whether the operator's provider opens the account; nothing where there is none. */
export function OpenIdRow({ account: { openId, hasPassword } }: { account: Account }) {
  const { data: status } = useQuery(statusQuery);
  const timeZone = useTimeZone();
  const { problem } = useOpenIdReturn();
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  if (!status?.openId) return null;
  const { name } = status.openId;
  return (
    <>
      <SettingRow
        label="Single sign-on"
        value={
          openId === null ? (
            'Not linked'
          ) : (
            <span className="flex flex-wrap items-center gap-2">
              <Badge tone="good">Linked</Badge>
              <span>
                used <RelativeTime instant={openId.lastUsedAt} timeZone={timeZone} />
              </span>
            </span>
          )
        }
        note={
          problem !== undefined && openId === null ? (
            <span role="alert" className="text-danger">
              {problem}
            </span>
          ) : (
            noteOf(name, openId !== null, hasPassword)
          )
        }
        actions={
          hasPassword && (
            <Button
              size="sm"
              aria-label={openId === null ? 'Link single sign-on' : 'Unlink single sign-on'}
              onClick={() => setAsking(true)}
            >
              {openId === null ? 'Link' : 'Unlink'}
            </Button>
          )
        }
      />
      {asking && (openId === null ? <LinkDialog name={name} onClose={close} /> : <UnlinkDialog onClose={close} />)}
    </>
  );
}

function noteOf(name: string, linked: boolean, hasPassword: boolean): string {
  if (!linked) return `Lets you log in with ${name}, beside your password.`;
  return hasPassword
    ? `You log in with ${name} or with your password.`
    : `You log in with ${name}. Set a password first to unlink it.`;
}

function LinkDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const link = useMutation({ mutationFn: linkOpenId, onSuccess: ({ url }) => window.location.assign(url) });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Link ${name}?`}
      description="You log in there next. From then on that account opens this one, whatever its address."
    >
      <PasswordProofForm
        action="Continue"
        pending={link.isPending || link.isSuccess}
        onSubmit={link.mutateAsync}
        onCancel={onClose}
      />
    </Dialog>
  );
}

function UnlinkDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const unlink = useMutation({
    mutationFn: unlinkOpenId,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accountQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Unlink single sign-on?"
      description="Your password is the only way in then. You can link it again at any time."
    >
      <PasswordProofForm
        action="Unlink"
        variant="danger"
        pending={unlink.isPending}
        onSubmit={unlink.mutateAsync}
        onCancel={onClose}
      />
    </Dialog>
  );
}
