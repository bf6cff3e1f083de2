import { queryOptions } from '@tanstack/react-query';
import type {
  Budget,
  BudgetDetail,
  BudgetList,
  BudgetPreview,
  BudgetPreviewRequest,
  NewBudget,
} from '@tokengrip/core/contract/budgets';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/budgets';

/** What is being counted is counted in seconds. */
const COUNTING_MS = 1_000;
const whileCounting = (budgets: readonly Budget[]) =>
  budgets.some(({ state }) => state.status === 'filling') && COUNTING_MS;

export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => request<BudgetList>(PATH, { signal }),
  refetchInterval: ({ state }) => whileCounting(state.data?.budgets ?? []),
});

export const budgetQuery = (id: number) =>
  queryOptions({
    queryKey: ['budgets', id],
    queryFn: ({ signal }) => request<BudgetDetail>(`${PATH}/${id}`, { signal }),
    refetchInterval: ({ state }) => whileCounting(state.data ? [state.data.budget] : []),
  });

/** What is asked while somebody types stays for a while: they may go back. */
export const previewQuery = (asked: BudgetPreviewRequest) =>
  queryOptions({
    queryKey: ['budget-preview', asked],
    queryFn: ({ signal }) => request<BudgetPreview>(`${PATH}/preview`, { method: 'POST', body: asked, signal }),
    staleTime: 30_000,
    retry: false,
  });

export const saveBudget = ({ id, budget }: { id?: number | undefined; budget: NewBudget }) =>
  id === undefined
    ? request<Budget>(PATH, { method: 'POST', body: budget })
    : request<Budget>(`${PATH}/${id}`, { method: 'PUT', body: budget });

export const archiveBudget = (id: number) => request<Budget>(`${PATH}/${id}`, { method: 'DELETE' });
