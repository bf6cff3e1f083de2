import { queryOptions } from '@tanstack/react-query';
import type {
  Deletion,
  DeletionList,
  PrivacyPreview,
  PrivacyRequest,
  PrivacySubject,
} from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

const POLL_MS = 1_500;

/** Followed while something is under way. */
export const deletionsQuery = queryOptions({
  queryKey: ['deletions'],
  queryFn: ({ signal }) => request<DeletionList>('/api/v1/deletions', { signal }),
  refetchInterval: ({ state }) =>
    state.data?.deletions.some((deletion) => deletion.state !== 'done') ? POLL_MS : false,
});

export const previewPrivacy = (body: PrivacySubject) =>
  request<PrivacyPreview>('/api/v1/privacy/preview', { method: 'POST', body });

export const requestPrivacy = (body: PrivacyRequest) =>
  request<Deletion>('/api/v1/privacy/requests', { method: 'POST', body });
