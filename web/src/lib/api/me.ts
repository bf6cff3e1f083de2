import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Me } from '@tokengrip/core/contract/accounts';
import { request } from '../http.ts';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<Me>('/api/v1/me', { signal }),
  staleTime: 60_000,
});

/** Who is logged in. Every page behind the log-in has it: the shell's route loads it first. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

export const useTimeZone = (): string => useMe().organization.timeZone;

/** Whether the person may do something, so that no button is offered that the server would refuse. */
export const useMay = (permission: string): boolean => useMe().permissions.includes(permission);
