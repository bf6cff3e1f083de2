import { useEffect, useRef } from 'react';
import { isTyping } from '../../lib/shortcuts.ts';

/** How long `g` waits for the letter of a page, which is then not for the list. */
const SEQUENCE_MS = 1_200;

/**
 * Moves through the rows of a list by `j` and `k`, and does with the one in focus what its key says. Enter is the link's own.
 * A row has its link first, and its id in `data-alert`.
 */
export function useRowKeys(keys: Readonly<Record<string, (id: number) => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let goUntil = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const isGoing = Date.now() < goUntil;
      goUntil = event.key === 'g' ? Date.now() + SEQUENCE_MS : 0;
      // A dialog or a menu has its own keys.
      if (isGoing || document.querySelector('[role="dialog"], [role="menu"]')) return;
      const rows = [...document.querySelectorAll<HTMLElement>('[data-alert]')];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const next = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
        rows[next]?.querySelector('a')?.focus();
        rows[next]?.scrollIntoView({ block: 'nearest' });
        return;
      }
      const id = Number(rows[at]?.dataset.alert);
      if (rows[at]) latest.current[event.key]?.(id);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
