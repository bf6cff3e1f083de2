import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { newestRecordQuery } from '../api/newest-record.ts';

/** In case the number that announces commits is not known: the record is asked for at this pace. */
const POLL_MS = 2_000;

/**
 * Whether a record has come since this page was opened. What the project had before does not count, so that the page
 * also serves to connect another program.
 */
export function useFirstRecord(projectId: number | undefined): boolean {
  const { data } = useQuery({
    ...newestRecordQuery(projectId ?? 0),
    enabled: projectId !== undefined,
    refetchInterval: POLL_MS,
  });
  const before = useRef<string | null>(undefined);
  const [arrived, setArrived] = useState(false);
  useEffect(() => {
    if (data === undefined) return;
    const id = data?.id ?? null;
    if (before.current === undefined) before.current = id;
    else if (id !== null && id !== before.current) setArrived(true);
  }, [data]);
  return arrived;
}
