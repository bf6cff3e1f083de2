import { useQueryClient } from '@tanstack/react-query';

/** Asks again for channels, and for what follows from them. */
export function useChannelsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) =>
        ['channels', 'alert-settings', 'deliveries', 'budgets'].includes(String(queryKey[0])),
    });
}
