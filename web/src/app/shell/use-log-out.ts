import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { toast } from '../../components/ui/toast.tsx';
import { logOut } from '../../features/auth/api/log-out.ts';
import { HttpError } from '../../lib/http.ts';
import { noteSession } from '../../lib/session.ts';

export function useLogOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    // First, so that nothing is asked for any more while the session ends.
    noteSession(false);
    try {
      await logOut();
    } catch (error) {
      // A session that has ended already needs no ending.
      if (!(error instanceof HttpError) || error.code !== 'unauthenticated') {
        noteSession(true);
        toast(error instanceof Error ? error.message : 'Logging out failed.', 'bad');
        return;
      }
    }
    await navigate({ to: '/login' });
    client.clear();
  };
}
