import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMe } from '../../lib/api/me.ts';
import { recommendationsQuery } from '../../lib/api/recommendations.ts';
import { readSavingsSearch, type SavingsSearch } from '../../lib/search.ts';
import { useRecordFilters } from '../../lib/search-state.ts';

export function useSavingsSearch(): SavingsSearch {
  const raw = useSearch({ strict: false });
  return useMemo(() => readSavingsSearch(raw), [raw]);
}

/** Whether the person may; the server has the last word. */
export const useMay = (permission: string): boolean => useMe().permissions.includes(permission);

/** The projects that the page shows, as a request carries them. */
export function useProjects(): { projectId?: readonly number[] } {
  const { projectId } = useRecordFilters();
  return useMemo(() => (projectId === undefined ? {} : { projectId }), [projectId]);
}

/** Asks again for the recommendations, and for what follows from them; resolves when it is there. */
export function useSavingsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === 'recommendations' || queryKey[0] === 'realized',
    });
}

/** As many as one request takes; an organization with more sees what it accepted in the others by its title alone. */
const MOST_PROJECTS = 50;

/** Every accepted recommendation, those of the demo project too. */
export function useAccepted() {
  const ids = useMe().projects.map(({ id }) => id);
  return useQuery(
    recommendationsQuery({ ...(ids.length <= MOST_PROJECTS ? { projectId: ids } : {}), state: ['accepted'] }),
  );
}

/** The worker takes up what was accepted within ten minutes. */
const TAKEN_UP_MS = 15 * 60_000;

/** Accepted so lately that nobody can have looked yet. */
export const isFresh = (decidedAt: string | null, now: number): boolean =>
  decidedAt !== null && now - Date.parse(decidedAt) < TAKEN_UP_MS;
