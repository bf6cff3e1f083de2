import { useQuery } from '@tanstack/react-query';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { useTitle } from '../../../lib/title.ts';
import { accountQuery } from '../api/account.ts';
import { DeleteAccountPanel } from './delete-account-panel.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { SecurityPanel } from './security-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';

export function AccountPage() {
  useTitle('Account');
  const account = useQuery(accountQuery);
  return (
    <>
      <StickyHeader title="Account" />
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-6 px-4 pt-6 pb-12 lg:px-8">
        <div className="flex w-full max-w-3xl flex-col gap-6">
          {account.data ? (
            <>
              <ProfilePanel account={account.data} />
              <SecurityPanel account={account.data} />
            </>
          ) : account.isError ? (
            <Panel>
              <ErrorState error={account.error} what="Your account" onRetry={() => void account.refetch()} />
            </Panel>
          ) : (
            <>
              <Skeleton className="h-41 rounded-lg" />
              <Skeleton className="h-41 rounded-lg" />
            </>
          )}
          <SessionsPanel />
          <TokensPanel />
          <DeleteAccountPanel />
        </div>
      </div>
    </>
  );
}
