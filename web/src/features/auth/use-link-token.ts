import { useEffect, useState } from 'react';

const readToken = () => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? undefined;

/**
 * The secret of a one-time link, which stands behind `#`. It is taken out of the address at once, so that it stays in no
 * history and on no screen.
 */
export function useLinkToken(): string | undefined {
  const [token, setToken] = useState(readToken);
  useEffect(() => {
    // The link may also be opened in a tab that shows this page already.
    const take = () => {
      const found = readToken();
      if (found === undefined) return;
      setToken(found);
      window.history.replaceState(window.history.state, '', window.location.pathname);
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}
