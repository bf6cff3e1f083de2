import { queryOptions } from '@tanstack/react-query';
import type { Export, ExportList, NewExport } from '@tokengrip/core/contract/exports';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/exports';
const POLL_MS = 1_000;
/** The links of finished files work for an hour. */
const RENEW_LINKS_MS = 1_800_000;

export const isUnderWay = ({ state }: Export): boolean => state === 'queued' || state === 'running';

/** Files made in the background, the newest first. */
export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: async ({ signal }) => (await request<ExportList>(PATH, { signal })).exports,
  refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? POLL_MS : RENEW_LINKS_MS),
});

export const createExport = (body: NewExport) => request<Export>(PATH, { method: 'POST', body });

export const deleteExport = (id: number) => request<void>(`${PATH}/${id}`, { method: 'DELETE' });
