import { queryOptions } from '@tanstack/react-query';
import type { Activity } from '@tokengrip/core/contract/analytics';
import { request } from '../http.ts';

export const activityQuery = queryOptions({
  queryKey: ['activity'],
  queryFn: ({ signal }) => request<Activity>('/api/v1/activity', { signal }),
});
