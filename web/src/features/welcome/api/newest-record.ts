import { queryOptions } from '@tanstack/react-query';
import { fetchRecords } from '../../../lib/api/records.ts';

/** The newest record of a project, or `null`. */
export const newestRecordQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['records', 'newest', projectId],
    queryFn: async ({ signal }) =>
      (await fetchRecords({ projectId: [projectId], limit: 1 }, undefined, signal)).records[0] ?? null,
  });
