import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RecordRow } from '@tokengrip/core/contract/records';
import { useEffect, useMemo, useRef, useState } from 'react';
import { activityQuery } from '../../lib/api/activity.ts';
import { useTimeZone } from '../../lib/api/me.ts';
import { fetchRecords } from '../../lib/api/records.ts';
import { resolvePeriod } from '../../lib/period.ts';
import { rangeOf } from '../../lib/search.ts';
import { useAppSearch, useRecordFilters } from '../../lib/search-state.ts';

const PAGE_SIZE = 100;

/**
 * The period, held still while the list is open: one that moves with the clock would begin the list anew under the
 * reader's eyes. A period that is still running has no end here, so that new records belong to it.
 */
function useHeldPeriod(): { from: string; to?: string } {
  const search = useAppSearch();
  const timeZone = useTimeZone();
  return useMemo(() => {
    const now = Date.now();
    const { from, to } = resolvePeriod(rangeOf(search), now, timeZone);
    return Date.parse(to) > now ? { from } : { from, to };
  }, [search, timeZone]);
}

/**
 * Records, newest first, page after page. New ones enter by themselves only while the reader is at the top; further
 * down they are announced, and the list stays where it is.
 */
export function useRecords(atTop: boolean) {
  const client = useQueryClient();
  const parameters = { ...useHeldPeriod(), limit: PAGE_SIZE, ...useRecordFilters() };
  const queryKey = ['record-list', parameters] as const;
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchRecords(parameters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data: revision } = useQuery({ ...activityQuery, select: (activity) => activity.revision });
  const shown = useRef(revision);
  const [waiting, setWaiting] = useState(false);

  /** Asks for the first page alone; further ones are loaded again as the reader gets there. */
  const showNewest = async () => {
    shown.current = revision;
    setWaiting(false);
    type Data = NonNullable<typeof list.data>;
    client.setQueryData<Data>(
      queryKey,
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    await list.refetch();
  };
  const latest = useRef(showNewest);
  latest.current = showNewest;

  useEffect(() => {
    if (shown.current === undefined) shown.current = revision;
    if (revision === undefined || revision === null || revision === shown.current) return;
    if (atTop) void latest.current();
    else setWaiting(true);
  }, [revision, atTop]);

  const records = useMemo<RecordRow[]>(() => list.data?.pages.flatMap((page) => page.records) ?? [], [list.data]);
  return { list, records, waiting, showNewest };
}
