import { useEffect, useState } from 'react';

/**
 * The secret of a one-time link, which stands behind `#`. It is taken out of the address at once, so that it stays in no
 * history and on no screen.
 */
export function useLinkToken(): string | undefined {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? undefined);
  useEffect(() => {
    if (window.location.hash !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return token;
}
