import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ModelsInUse } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

export interface PeriodOfProjects {
  from: string;
  to: string;
  projectId?: readonly number[];
}

export const modelsInUseQuery = (parameters: PeriodOfProjects) =>
  queryOptions({
    queryKey: ['models-in-use', parameters],
    queryFn: ({ signal }) => request<ModelsInUse>('/api/v1/prices/models', { query: { ...parameters }, signal }),
    placeholderData: keepPreviousData,
  });
