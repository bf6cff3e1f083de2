import { queryOptions } from '@tanstack/react-query';
import type { SampleDataState } from '@tokengrip/core/contract/accounts';
import { request } from '../http.ts';

const PATH = '/api/v1/sample-data';

const isMoving = (state: SampleDataState | undefined) => state?.state === 'loading' || state?.state === 'removing';

/** Asked again while the work is under way, so that its progress survives leaving the page. */
export const sampleDataQuery = queryOptions({
  queryKey: ['sample-data'],
  queryFn: ({ signal }) => request<SampleDataState>(PATH, { signal }),
  refetchInterval: (query) => (isMoving(query.state.data) ? 500 : false),
});

export const loadSampleData = () => request<SampleDataState | undefined>(PATH, { method: 'POST' });
export const removeSampleData = () => request<SampleDataState | undefined>(PATH, { method: 'DELETE' });
