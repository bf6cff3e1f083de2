import { useEffect, useRef } from 'react';

/** Calls `refresh` when what was under way is so no longer: what the page shows elsewhere has changed. */
export function useWhenOver(underWay: boolean, refresh: () => void): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  const was = useRef(underWay);
  useEffect(() => {
    if (was.current && !underWay) latest.current();
    was.current = underWay;
  }, [underWay]);
}
