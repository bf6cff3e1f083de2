import { queryOptions } from '@tanstack/react-query';
import type { PriceHistory } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

export const historyQuery = (modelKey: string) =>
  queryOptions({
    queryKey: ['price-history', modelKey],
    queryFn: ({ signal }) => request<PriceHistory>('/api/v1/prices/history', { query: { modelKey }, signal }),
  });
