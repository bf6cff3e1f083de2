import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { readAppSearch } from '../../lib/search.ts';
import { isTyping } from '../../lib/shortcuts.ts';
import { ALL_PAGES } from './navigation.ts';

/** How long `g` waits for the letter of a page. */
const SEQUENCE_MS = 1_200;

/** ⌘K opens the palette; `g` and a letter goes to a page. */
export function useShortcuts(togglePalette: () => void) {
  const navigate = useNavigate();
  const latest = useRef({ navigate, togglePalette });
  latest.current = { navigate, togglePalette };
  useEffect(() => {
    let goUntil = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.togglePalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === 'g') {
        goUntil = Date.now() + SEQUENCE_MS;
        return;
      }
      const page = Date.now() < goUntil ? ALL_PAGES.find(({ key }) => key === event.key) : undefined;
      goUntil = 0;
      if (page) void latest.current.navigate({ to: page.to, search: readAppSearch });
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
