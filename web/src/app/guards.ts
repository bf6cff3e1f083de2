import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import { activityQuery } from '../lib/api/activity.ts';
import { meQuery } from '../lib/api/me.ts';
import { statusQuery } from '../lib/api/status.ts';
import { HttpError } from '../lib/http.ts';
import { mayHaveSession, noteSession } from '../lib/session.ts';

/** Lets only people in who are logged in, and loads who they are. A fresh installation begins with setting it up. */
export async function requireSession(client: QueryClient, href: string): Promise<void> {
  if (mayHaveSession()) {
    try {
      await Promise.all([client.ensureQueryData(meQuery), client.prefetchQuery(activityQuery)]);
      return;
    } catch (error) {
      if (!(error instanceof HttpError) || error.code !== 'unauthenticated') throw error;
      noteSession(false);
    }
  }
  const { setupRequired } = await client.fetchQuery(statusQuery);
  if (setupRequired) throw redirect({ to: '/welcome' });
  throw redirect({ to: '/login', search: href === '/' ? {} : { redirect: href } });
}

/** The first-run page is for the first person, and for those who are logged in and want to connect a project. */
export async function requireSetupOrSession(client: QueryClient): Promise<void> {
  const { setupRequired } = await client.ensureQueryData(statusQuery);
  if (!setupRequired) await requireSession(client, '/welcome');
}

/** Only paths of this application: an address elsewhere after the log-in would be a trap. */
export const safeRedirect = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined;
