import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { statusQuery } from '../lib/api/status.ts';
import { refusesSecureCookies } from '../lib/origin.ts';

/**
 * A browser drops a cookie marked Secure on a plain-http page other than localhost, without a word: logging in would
 * seem to do nothing.
 */
export function CookieNotice() {
  const { data } = useQuery(statusQuery);
  if (!data?.cookieSecure || !refusesSecureCookies(window.location)) return null;
  return (
    <div role="alert" className="flex gap-2.5 rounded-md border border-line bg-warn-soft px-3.5 py-3 text-xs text-ink">
      <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warn" aria-hidden />
      <div>
        <p className="font-semibold">Your browser will refuse to keep you logged in</p>
        <p className="mt-1 text-muted">
          This page came over plain http from <span className="font-mono">{window.location.host}</span>, and the
          session’s cookie is marked Secure. Open Tokengrip over https, or set{' '}
          <code className="font-mono">COOKIE_SECURE=false</code> and start it again.
        </p>
      </div>
    </div>
  );
}
