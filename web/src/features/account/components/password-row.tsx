import { useMutation, useQuery } from '@tanstack/react-query';
import type { Account } from '@tokengrip/core/contract/auth';
import { Button } from '../../../components/ui/button.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { statusQuery } from '../../../lib/api/status.ts';
import { askForPassword } from '../api/account.ts';
import { SettingRow } from './setting-row.tsx';

/** The password's age; who came by single sign-on has none, and gets one by the link for a forgotten one. */
export function PasswordRow({ account, onChange }: { account: Account; onChange: () => void }) {
  const { data: status } = useQuery(statusQuery);
  const timeZone = useTimeZone();
  const ask = useMutation({ mutationFn: askForPassword });
  if (account.hasPassword) {
    return (
      <SettingRow
        label="Password"
        value={
          <>
            Changed <RelativeTime instant={account.passwordChangedAt} timeZone={timeZone} />
          </>
        }
        actions={
          <Button size="sm" aria-label="Change password" onClick={onChange}>
            Change
          </Button>
        }
      />
    );
  }
  const note = () => {
    if (ask.isError) return ask.error.message;
    if (ask.isSuccess) return `A mail to ${account.email} has the link. It works for 30 minutes.`;
    return status?.sendsMail === false
      ? 'An administrator can make you a link that sets one.'
      : 'What is asked to confirm changes here, and a second way in. A mail with a link sets it.';
  };
  return (
    <SettingRow
      label="Password"
      value="None"
      note={<span aria-live="polite">{note()}</span>}
      actions={
        status?.sendsMail && (
          <Button
            size="sm"
            loading={ask.isPending}
            disabled={ask.isSuccess}
            onClick={() => ask.mutate({ email: account.email })}
          >
            Send the link
          </Button>
        )
      }
    />
  );
}
