import type { RecordsPage } from '@tokengrip/core/contract/records';
import { request } from '../http.ts';
import type { RecordFilters } from './filters.ts';

export interface RecordsParameters extends RecordFilters {
  from?: string;
  to?: string;
  limit?: number;
}

/** One page of records, newest first. `cursor` comes from the page before. */
export const fetchRecords = (parameters: RecordsParameters, cursor: string | undefined, signal: AbortSignal) =>
  request<RecordsPage>('/api/v1/records', { query: { ...parameters, cursor }, signal });
