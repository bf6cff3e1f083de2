import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  NewWhatIf,
  WhatIf,
  WhatIfList,
  WhatIfPreview,
  WhatIfRequest,
  WhatIfSummary,
} from '@tokengrip/core/contract/whatif';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/whatifs';
const POLL_MS = 700;

export const isUnderWay = ({ state }: Pick<WhatIfSummary, 'state'>): boolean =>
  state === 'queued' || state === 'running';

export const whatIfsQuery = queryOptions({
  queryKey: ['whatifs'],
  queryFn: ({ signal }) => request<WhatIfList>(PATH, { signal }),
  refetchInterval: (query) => (query.state.data?.whatifs.some(isUnderWay) ? POLL_MS : false),
});

/** Asked again while it is computed, so that its progress survives leaving the page. */
export const whatIfQuery = (id: number) =>
  queryOptions({
    queryKey: ['whatifs', id],
    queryFn: ({ signal }) => request<WhatIf>(`${PATH}/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data && isUnderWay(query.state.data) ? POLL_MS : false),
  });

/** Computed at once, and kept nowhere. What was shown stays until the answer is there. */
export const previewQuery = (body: WhatIfRequest) =>
  queryOptions({
    queryKey: ['whatif-preview', body],
    queryFn: ({ signal }) => request<WhatIfPreview>(`${PATH}/preview`, { method: 'POST', body, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });

export const createWhatIf = (body: NewWhatIf) => request<WhatIf>(PATH, { method: 'POST', body });
export const renameWhatIf = ({ id, name }: { id: number; name: string }) =>
  request<WhatIf>(`${PATH}/${id}`, { method: 'PATCH', body: { name } });
export const deleteWhatIf = (id: number) => request<void>(`${PATH}/${id}`, { method: 'DELETE' });
export const stepWhatIf = ({ id, step }: { id: number; step: 'run' | 'cancel' }) =>
  request<WhatIf>(`${PATH}/${id}/${step}`, { method: 'POST' });
