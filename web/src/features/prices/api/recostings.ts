import { queryOptions } from '@tanstack/react-query';
import type {
  NewRecosting,
  Recosting,
  RecostingAction,
  RecostingDetail,
  RecostingList,
} from '@tokengrip/core/contract/recosting';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/recostings';
const POLL_MS = 700;

/** A step waits or runs. */
export const isUnderWay = ({ actions }: Recosting): boolean => actions.includes('cancel');

export const recostingsQuery = queryOptions({
  queryKey: ['recostings'],
  queryFn: ({ signal }) => request<RecostingList>(PATH, { signal }),
  refetchInterval: (query) => (query.state.data?.recostings.some(isUnderWay) ? POLL_MS : false),
});

/** Asked again while a step is under way, so that its progress survives leaving the page. */
export const recostingQuery = (id: number) =>
  queryOptions({
    queryKey: ['recostings', id],
    queryFn: ({ signal }) => request<RecostingDetail>(`${PATH}/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data && isUnderWay(query.state.data.recosting) ? POLL_MS : false),
  });

export const startRecosting = (body: NewRecosting) => request<Recosting>(PATH, { method: 'POST', body });

export const takeStep = ({ id, action }: { id: number; action: RecostingAction }) =>
  request<Recosting>(`${PATH}/${id}/${action}`, { method: 'POST' });
