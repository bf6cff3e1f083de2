import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { meQuery } from '../../lib/api/me.ts';
import { loadSampleData, removeSampleData, sampleDataQuery } from '../../lib/api/sample-data.ts';

/** The work may begin before the request for it is answered. */
const POLL_MS = 500;

/**
 * The demo project with its generated traffic: its state, and loading and removing it.
 * @param watch ask for the state; without it only actions of this page are followed
 * @param onLoaded called with the demo project when a load that this page saw under way has ended
 */
export function useSampleData(watch: boolean, onLoaded?: (projectId: number) => void) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: sampleDataQuery.queryKey });
  const load = useMutation({ mutationFn: loadSampleData, onSuccess: refresh });
  const remove = useMutation({ mutationFn: removeSampleData, onSuccess: refresh });
  const asked = load.isPending || remove.isPending;
  const state = useQuery({ ...sampleDataQuery, enabled: watch, ...(asked ? { refetchInterval: POLL_MS } : {}) });
  const latest = useRef(onLoaded);
  latest.current = onLoaded;
  const before = useRef(state.data?.state);

  useEffect(() => {
    const was = before.current;
    const now = state.data;
    before.current = now?.state;
    if (was === now?.state || (was !== 'loading' && was !== 'removing')) return;
    // The demo project came or went.
    const settle = async () => {
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      if (now?.state === 'loaded' && now.projectId !== null) latest.current?.(now.projectId);
    };
    void settle();
  }, [state.data, client]);

  return { state: state.data, load, remove };
}
