import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Toaster } from '../components/ui/toast.tsx';
import { createQueryClient } from '../lib/query-client.ts';
import { noteSession } from '../lib/session.ts';
import { createAppRouter } from './router.tsx';

const queryClient = createQueryClient(() => {
  noteSession(false);
  // Where the log-in page itself is open there is nothing to lose.
  if (router.state.location.pathname === '/login') return;
  queryClient.clear();
  void router.navigate({ to: '/login', search: { redirect: router.state.location.href } });
});
const router = createAppRouter(queryClient);

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={router} />
    <Toaster />
  </QueryClientProvider>
);
