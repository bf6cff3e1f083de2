import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Bucket } from '@tokengrip/core/contract/analytics';
import { useMemo } from 'react';
import type { RecordFilters } from './api/filters.ts';
import { useMe } from './api/me.ts';
import { useMinute } from './now.ts';
import { defaultBucket, type Period, resolvePeriod } from './period.ts';
import { type AppSearch, FILTERS, type Filter, rangeOf, readAppSearch } from './search.ts';

/** The pickers and filters of every page, from the address. */
export function useAppSearch(): AppSearch {
  const raw = useSearch({ strict: false });
  return useMemo(() => readAppSearch(raw), [raw]);
}

type Patch = { [K in string]?: unknown };

/** Changes parameters of the address and leaves the page where it is. `undefined` takes a parameter out. */
export function useSearchPatch(): (patch: Patch, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return (patch, options) => {
    void navigate({
      to: '.',
      search: (previous: Record<string, unknown>) => ({ ...previous, ...patch }),
      replace: options?.replace ?? false,
      resetScroll: false,
    } as Parameters<typeof navigate>[0]);
  };
}

/** The instants that the chosen range means now, and the bucket that suits it. */
export function usePeriod(): Period & { bucket: Bucket } {
  const search = useAppSearch();
  const minute = useMinute();
  const { timeZone } = useMe().organization;
  return useMemo(() => {
    const period = resolvePeriod(rangeOf(search), minute, timeZone);
    return { ...period, bucket: defaultBucket(period) };
  }, [search, minute, timeZone]);
}

/**
 * The filters of the address as requests carry them. Without a project the server takes all but the demo project: sample
 * data must not be added to real spend. Where it is the only one, it is asked for.
 */
export function useRecordFilters(): RecordFilters {
  const search = useAppSearch();
  const { projects } = useMe();
  return useMemo(() => {
    const filters: RecordFilters = {};
    if (search.project !== undefined) filters.projectId = [search.project];
    else if (projects.every(({ demo }) => demo)) filters.projectId = projects.map(({ id }) => id);
    if (search.env !== undefined) filters.environment = [search.env];
    for (const filter of FILTERS) {
      const values = search[filter];
      if (values !== undefined) filters[filter] = values;
    }
    return filters;
  }, [search, projects]);
}

/** Adds a value to a filter, or takes it out if it is there. */
export function useToggleFilter(): (filter: Filter, value: string) => void {
  const search = useAppSearch();
  const patch = useSearchPatch();
  return (filter, value) => {
    const values = search[filter] ?? [];
    const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
    patch({ [filter]: next.length > 0 ? next : undefined });
  };
}

export const CLEARED_FILTERS: Patch = Object.fromEntries(FILTERS.map((filter) => [filter, undefined]));
