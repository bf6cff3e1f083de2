import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { Me } from '@tokengrip/core/contract/accounts';
import { meQuery } from '../../lib/api/me.ts';
import { noteSession } from '../../lib/session.ts';

/** Goes on as the person who has just logged in. */
export function useEnter(): (me: Me, to?: string) => void {
  const client = useQueryClient();
  const { history } = useRouter();
  return (me, to = '/') => {
    noteSession(true);
    client.setQueryData(meQuery.queryKey, me);
    history.push(to);
  };
}
