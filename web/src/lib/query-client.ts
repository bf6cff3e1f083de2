import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { HttpError } from './http.ts';

const MOST_RETRIES = 2;

/** @param onSessionLost called when a request was refused because nobody is logged in */
export function createQueryClient(onSessionLost: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof HttpError && error.code === 'unauthenticated') onSessionLost();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < MOST_RETRIES && error instanceof HttpError && error.transient,
      },
    },
  });
}
