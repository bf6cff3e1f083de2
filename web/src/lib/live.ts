import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { activityQuery } from './api/activity.ts';
import { mayHaveSession } from './session.ts';

const POLL_MS = 1_000;
/** While the server does not answer. */
const LOST_POLL_MS = 4_000;
/** Where the revision is not known, data is asked for at this pace. */
const BLIND_MS = 10_000;
/** After a refresh, rest this many times as long as it took: under steady traffic, looking costs the server little. */
const REST = 4;

/** Queries whose answers change when records are committed. */
const FED_BY_RECORDS = new Set(['usage', 'records', 'environments', 'models-in-use', 'unpriced', 'budgets']);

/**
 * Makes new data appear by itself: watches the number that moves with every commit, and asks again for what is on the
 * page when it moved. What is shown stays until the answer is there. Nothing is asked while the page is hidden.
 *
 * `lost` says that the server does not answer: what is shown is what was known last.
 *
 * The shell's route reads the number before the page asks for its data, so that no commit falls in between.
 */
export function useLiveData(): { lost: boolean } {
  const client = useQueryClient();
  const { data, dataUpdatedAt, isError } = useQuery({
    ...activityQuery,
    refetchInterval: (query) => mayHaveSession() && (query.state.status === 'error' ? LOST_POLL_MS : POLL_MS),
    staleTime: 0,
    retry: false,
  });
  const revision = data?.revision;
  const seen = useRef(revision);
  const busy = useRef(false);
  const restUntil = useRef(Date.now() + (revision === null ? BLIND_MS : 0));

  useEffect(() => {
    if (revision === undefined || busy.current || dataUpdatedAt < restUntil.current) return;
    if (seen.current === undefined) seen.current = revision;
    if (revision !== null && revision === seen.current) return;
    const refresh = async () => {
      busy.current = true;
      seen.current = revision;
      const began = Date.now();
      await client.invalidateQueries({ predicate: ({ queryKey }) => FED_BY_RECORDS.has(String(queryKey[0])) });
      const took = Date.now() - began;
      restUntil.current = Date.now() + (revision === null ? BLIND_MS : took * REST);
      busy.current = false;
    };
    void refresh();
  }, [revision, dataUpdatedAt, client]);

  return { lost: isError };
}
