import { queryOptions } from '@tanstack/react-query';
import type { RecordDetail, RecordRow } from '@tokengrip/core/contract/records';
import { request } from '../../../lib/http.ts';

/** Everything that is known of a record. Its time, where it is known, leads to it at once. */
export const recordQuery = ({
  projectId,
  id,
  timestamp,
}: Pick<RecordRow, 'projectId' | 'id'> & { timestamp?: string }) =>
  queryOptions({
    queryKey: ['record', projectId, id],
    queryFn: ({ signal }) =>
      request<RecordDetail>(`/api/v1/records/${projectId}/${id}`, { query: { timestamp }, signal }),
    staleTime: 60_000,
  });
