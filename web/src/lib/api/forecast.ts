import { queryOptions } from '@tanstack/react-query';
import type { UsageForecast } from '@tokengrip/core/contract/forecast';
import { request } from '../http.ts';

/** What the running month will have come to. */
export const forecastQuery = (parameters: { projectId?: readonly number[] }) =>
  queryOptions({
    queryKey: ['usage', 'forecast', parameters],
    queryFn: ({ signal }) => request<UsageForecast>('/api/v1/forecast', { query: { ...parameters }, signal }),
  });
