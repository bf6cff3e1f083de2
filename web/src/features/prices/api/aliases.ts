import { queryOptions } from '@tanstack/react-query';
import type { ModelAlias, NewModelAlias } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/prices/aliases';

export const aliasesQuery = queryOptions({
  queryKey: ['price-aliases'],
  queryFn: ({ signal }) => request<{ aliases: ModelAlias[] }>(PATH, { signal }),
});

/** With an id, that alias gets another target. */
export const saveAlias = ({ id, alias }: { id?: number; alias: NewModelAlias }) =>
  id === undefined
    ? request<ModelAlias>(PATH, { method: 'POST', body: alias })
    : request<ModelAlias>(`${PATH}/${id}`, { method: 'PATCH', body: { modelKey: alias.modelKey } });

export const deleteAlias = (id: number) => request<undefined>(`${PATH}/${id}`, { method: 'DELETE' });
