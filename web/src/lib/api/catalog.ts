import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { CatalogPage } from '@tokengrip/core/contract/prices';
import { request } from '../http.ts';

export interface CatalogParameters {
  search?: string;
  limit?: number;
  offset?: number;
}

/** What was shown stays while the next letters or the next page are on their way. */
export const catalogQuery = (parameters: CatalogParameters) =>
  queryOptions({
    queryKey: ['price-catalog', parameters],
    queryFn: ({ signal }) => request<CatalogPage>('/api/v1/prices/catalog', { query: { ...parameters }, signal }),
    placeholderData: keepPreviousData,
  });
