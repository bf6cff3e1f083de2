import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTimeZone } from '../../lib/api/me.ts';
import { shiftDays } from '../../lib/calendar.ts';
import { dayStart } from '../../lib/period.ts';
import { type AuditSearch, readAuditSearch } from '../../lib/search.ts';
import type { AuditParameters } from './api/audit.ts';

/** What the log is filtered by, from the address; days are those of the organization's zone, both included. */
export function useAuditSearch(): { search: AuditSearch; parameters: AuditParameters } {
  const raw = useSearch({ strict: false });
  const timeZone = useTimeZone();
  return useMemo(() => {
    const search = readAuditSearch(raw);
    const { action, person, since, until } = search;
    return {
      search,
      parameters: {
        ...(action === undefined ? {} : { action }),
        ...(person === undefined ? {} : { userId: person }),
        ...(since === undefined ? {} : { from: dayStart(since, timeZone).toISOString() }),
        ...(until === undefined ? {} : { to: dayStart(shiftDays(until, 1), timeZone).toISOString() }),
      },
    };
  }, [raw, timeZone]);
}
