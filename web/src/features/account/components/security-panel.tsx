import type { Account } from '@tokengrip/core/contract/auth';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { OpenIdRow } from './openid-row.tsx';
import { PasswordForm } from './password-form.tsx';
import { PasswordRow } from './password-row.tsx';
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx';
import { SettingRow } from './setting-row.tsx';
import { TwoFactorOffDialog } from './two-factor-off-dialog.tsx';
import { TwoFactorOnDialog } from './two-factor-on-dialog.tsx';

/** Fewer are left than a person might need until they think of making new ones. */
const FEW_CODES = 3;

export function SecurityPanel({ account }: { account: Account }) {
  const { twoFactor } = account;
  const timeZone = useTimeZone();
  const [open, setOpen] = useState<'password' | 'on' | 'off' | 'codes'>();
  const close = () => setOpen(undefined);
  const codesLeft = twoFactor?.recoveryCodesLeft ?? 0;
  return (
    <Panel aria-label="Security">
      <PanelHeader title="Security" description="Every change here asks for your current password." className="py-3" />
      <PasswordRow account={account} onChange={() => setOpen('password')} />
      <OpenIdRow account={account} />
      <SettingRow
        label="Two-factor"
        value={
          twoFactor === null ? (
            'Off'
          ) : (
            <span className="flex items-center gap-2">
              <Badge tone="good">On</Badge>
              <span>
                since <RelativeTime instant={twoFactor.since} timeZone={timeZone} />
              </span>
            </span>
          )
        }
        note={twoFactor === null ? 'Asks for a code of your phone after the password.' : undefined}
        actions={
          twoFactor === null ? (
            <Button size="sm" aria-label="Turn on two-factor authentication" onClick={() => setOpen('on')}>
              Turn on
            </Button>
          ) : (
            <Button size="sm" aria-label="Turn off two-factor authentication" onClick={() => setOpen('off')}>
              Turn off
            </Button>
          )
        }
      />
      {twoFactor !== null && (
        <SettingRow
          label="Recovery codes"
          value={`${codesLeft} left`}
          note={
            codesLeft < FEW_CODES
              ? 'Make new ones before you need the last.'
              : 'Each lets you in once without your phone.'
          }
          actions={
            <Button size="sm" onClick={() => setOpen('codes')}>
              Make new codes
            </Button>
          }
        />
      )}
      <Dialog
        open={open === 'password'}
        onOpenChange={close}
        title="Change your password"
        description="Your other sessions are ended; this one stays."
      >
        <PasswordForm onDone={close} />
      </Dialog>
      {/* Each begins anew when it is opened again. */}
      {open === 'on' && <TwoFactorOnDialog onClose={close} />}
      {open === 'off' && <TwoFactorOffDialog onClose={close} />}
      {open === 'codes' && <RecoveryCodesDialog onClose={close} />}
    </Panel>
  );
}
