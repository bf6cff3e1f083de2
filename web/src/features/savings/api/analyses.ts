import { queryOptions } from '@tanstack/react-query';
import type {
  Analysis,
  AnalysisList,
  AnalysisPreview,
  AnalysisRequest,
  AnalysisSettings,
  AnalysisStatus,
  NewAnalysis,
} from '@tokengrip/core/contract/analysis';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/analyses';
const POLL_MS = 1_000;

export const isUnderWay = ({ state }: Pick<Analysis, 'state'>): boolean => state === 'queued' || state === 'running';

export const analysisStatusQuery = queryOptions({
  queryKey: ['analysis'],
  queryFn: ({ signal }) => request<AnalysisStatus>('/api/v1/analysis', { signal }),
});

export const analysesQuery = queryOptions({
  queryKey: ['analyses'],
  queryFn: ({ signal }) => request<AnalysisList>(PATH, { signal }),
  refetchInterval: (query) => (query.state.data?.analyses.some(isUnderWay) ? POLL_MS : false),
});

/** Asked again while it runs, so that its progress survives leaving the page. */
export const analysisQuery = (id: number) =>
  queryOptions({
    queryKey: ['analyses', id],
    queryFn: ({ signal }) => request<Analysis>(`${PATH}/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data && isUnderWay(query.state.data) ? POLL_MS : false),
  });

export const changeAnalysisSettings = (body: AnalysisSettings) =>
  request<AnalysisStatus>('/api/v1/analysis', { method: 'PUT', body });
export const previewAnalysis = (body: AnalysisRequest) =>
  request<AnalysisPreview>('/api/v1/analysis/preview', { method: 'POST', body });
export const startAnalysis = (body: NewAnalysis) => request<Analysis>(PATH, { method: 'POST', body });
export const cancelAnalysis = (id: number) => request<Analysis>(`${PATH}/${id}/cancel`, { method: 'POST' });
export const deleteAnalysis = (id: number) => request<void>(`${PATH}/${id}`, { method: 'DELETE' });
