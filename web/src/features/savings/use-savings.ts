import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMe } from '../../lib/api/me.ts';
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
