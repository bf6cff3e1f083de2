import { queryOptions } from '@tanstack/react-query';
import type { NewPriceOverride, PriceOverride } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/prices/overrides';

export const overridesQuery = queryOptions({
  queryKey: ['price-overrides'],
  queryFn: ({ signal }) => request<{ overrides: PriceOverride[] }>(PATH, { signal }),
});

/** With an id, the override takes the place of that one. */
export const saveOverride = ({ replaces, override }: { replaces?: number; override: NewPriceOverride }) =>
  replaces === undefined
    ? request<PriceOverride>(PATH, { method: 'POST', body: override })
    : request<PriceOverride>(`${PATH}/${replaces}`, { method: 'PUT', body: override });

export const endOverride = ({ id, at }: { id: number; at?: string }) =>
  request<PriceOverride>(`${PATH}/${id}/end`, { method: 'POST', body: at === undefined ? {} : { at } });

export const deleteOverride = (id: number) => request<undefined>(`${PATH}/${id}`, { method: 'DELETE' });
