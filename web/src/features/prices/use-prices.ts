import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMe } from '../../lib/api/me.ts';
import { type PricesSearch, readPricesSearch } from '../../lib/search.ts';
import { usePeriod, useRecordFilters } from '../../lib/search-state.ts';
import type { PeriodOfProjects } from './api/models-in-use.ts';

export function usePricesSearch(): PricesSearch {
  const raw = useSearch({ strict: false });
  return useMemo(() => readPricesSearch(raw), [raw]);
}

/** Whether the person may change prices; the server has the last word. */
export function useMayChange(): boolean {
  const { role } = useMe();
  return role === 'owner' || role === 'admin';
}

/** The period and the projects that the pickers of the page say. */
export function usePeriodOfProjects(): PeriodOfProjects {
  const { from, to } = usePeriod();
  const { projectId } = useRecordFilters();
  return useMemo(() => (projectId === undefined ? { from, to } : { from, to, projectId }), [from, to, projectId]);
}

/** The projects that the page shows, as a request carries them. */
export function useProjectFilter(): { projectId?: number[] } {
  const { projectId } = useRecordFilters();
  return projectId === undefined ? {} : { projectId: [...projectId] };
}

const FED_BY_PRICES = /^(price-|models-in-use$|unpriced$)/;

/** Asks again for everything on the page that prices decide; resolves when it is there. */
export function usePricesChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: ({ queryKey }) => FED_BY_PRICES.test(String(queryKey[0])) });
}
