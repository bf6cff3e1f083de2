import type { Account } from '@tokengrip/core/contract/auth';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { EmailForm } from './email-form.tsx';
import { NameForm } from './name-form.tsx';
import { SettingRow } from './setting-row.tsx';

export function ProfilePanel({ account }: { account: Account }) {
  const [open, setOpen] = useState<'name' | 'email'>();
  const close = () => setOpen(undefined);
  return (
    <Panel aria-label="Profile">
      <PanelHeader title="Profile" description="Who you are to your colleagues, and how you log in." className="py-3" />
      <SettingRow
        label="Name"
        value={account.name}
        actions={
          <Button size="sm" aria-label="Change name" onClick={() => setOpen('name')}>
            Change
          </Button>
        }
      />
      <SettingRow
        label="Email"
        value={account.email}
        note={
          account.pendingEmail === null
            ? undefined
            : `${account.pendingEmail} becomes your address when you open the link that was sent there.`
        }
        actions={
          <Button size="sm" aria-label="Change email" onClick={() => setOpen('email')}>
            Change
          </Button>
        }
      />
      <Dialog open={open === 'name'} onOpenChange={close} title="Change your name">
        <NameForm name={account.name} onDone={close} />
      </Dialog>
      <Dialog open={open === 'email'} onOpenChange={close} title="Change your email address">
        <EmailForm onDone={close} />
      </Dialog>
    </Panel>
  );
}
